// A worker that ticks each second: timers of a page in the background are held back, those of its worker are not.
setInterval(() => postMessage(0), 1000);
