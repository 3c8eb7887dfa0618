-- The index takes some seconds for each million answers, during which none can be stored.

-- When an answer was last processed: the status asks whether that goes on.
create index raw_payload_processed on raw_payload (processed_at) where processed_at is not null;
