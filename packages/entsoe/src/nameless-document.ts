/** What a document is called in errors while neither its entry nor its root element is known. */
export const NAMELESS_DOCUMENT = 'answer';
