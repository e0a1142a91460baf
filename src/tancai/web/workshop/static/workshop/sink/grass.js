// Monthly rasters chosen as files, and the weather as rows of twelve figures.
import { desk } from "./sink.js";

const { root, say, saving, put } = desk;

root.addEventListener("change", async ({ target }) => {
  const series = target.closest("[data-series]");
  if (series) return void put(series.dataset.series, [...series.querySelectorAll("input")].map((one) => one.value.trim()));
  const scene = target.dataset?.grids;
  if (!scene || !saving) return;
  const files = [...target.files].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  if (files.length > 12) return void tell(say.sayMonths);
  const months = files.map((file, k) => Number(/(\d{1,2})\D*$/.exec(file.name.replace(/\.[^.]*$/, ""))?.[1] ?? k + 1));
  if (months.some((month) => month < 1 || month > 12) || new Set(months).size !== months.length) return void tell(say.sayMonths);
  for (const [k, file] of files.entries()) {
    if (file.size > Number(target.dataset.largest)) return void tell(`${say.sayLarge}${file.name}`);
    put(`g.${scene}.${months[k]}`, (await file.text()).trim());
  }
  if (await saving.flush()) location.reload();
});

function tell(text) {
  root.querySelector("[data-computing]").textContent = text;
}
