// Pages of the same exam in the same browser: a new one asks the older to write down what is being typed.

const PATIENCE = 400;

export class Neighbours {
  constructor(sitting) {
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(`tancai-exam-${sitting}`) : null;
  }

  /** Resolves when an older page has written everything down, or after a moment when there is none. */
  ask() {
    if (!this.channel) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE);
      this.channel.onmessage = ({ data }) => {
        if (data !== "written") return;
        clearTimeout(timer);
        resolve();
      };
      this.channel.postMessage("opening");
    });
  }

  /** From now on: `write` when a newer page asks, `look` when it has taken over. */
  serve(write, look) {
    if (!this.channel) return;
    this.channel.postMessage("taken");
    this.channel.onmessage = async ({ data }) => {
      if (data === "opening") {
        await write();
        this.channel.postMessage("written");
      } else if (data === "taken") {
        look();
      }
    };
  }
}
