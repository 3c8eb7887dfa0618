// Bull Board goes on with what it has when the session has ended, even under the tab of another state.
new PerformanceObserver((list) => {
  if (list.getEntries().some(({ responseStatus }) => responseStatus === 401)) location.assign('/login');
}).observe({ type: 'resource', buffered: true });
