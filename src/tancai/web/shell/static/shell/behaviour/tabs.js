// <tc-tabs>: buttons with aria-controls show one panel at a time; without script all panels are visible.
class TcTabs extends HTMLElement {
  connectedCallback() {
    this.tabs = [...this.querySelectorAll("[role=tab]")];
    this.tabs.forEach((tab, index) => {
      tab.addEventListener("click", () => this.select(index));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = (index + step + this.tabs.length) % this.tabs.length;
        this.select(next);
        this.tabs[next].focus();
      });
    });
    const wanted = this.tabs.findIndex((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash);
    this.select(Math.max(wanted, 0));
  }

  select(chosen) {
    this.tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = index !== chosen;
    });
  }
}
customElements.define("tc-tabs", TcTabs);
