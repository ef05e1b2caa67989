"use strict";

// Sorting: each button of a header sorts the rows below by its column.

function valueOf(row, column, kind) {
  const words = row.cells[column].textContent.trim();
  if (kind === "text") return words;
  const number = parseFloat(words);
  return Number.isNaN(number) ? -Infinity : number;
}

function compare(first, second, kind) {
  if (kind === "text") return first.localeCompare(second, document.documentElement.lang, { numeric: true });
  return first === second ? 0 : first - second;
}

function sortBy(table, header) {
  const { column, sort: kind } = header.dataset;
  const before = header.getAttribute("aria-sort");
  const natural = kind === "text" ? "ascending" : "descending";
  const other = kind === "text" ? "descending" : "ascending";
  const order = before === natural ? other : natural;
  const direction = order === "ascending" ? 1 : -1;
  for (const sorted of table.querySelectorAll("th[aria-sort]")) sorted.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", order);
  const body = table.tBodies[0];
  const keyed = Array.from(body.rows, (row) => [valueOf(row, column, kind), row]);
  keyed.sort((first, second) => direction * compare(first[0], second[0], kind));
  body.append(...keyed.map((pair) => pair[1]));
}

for (const table of document.querySelectorAll("table.sortable")) {
  for (const header of table.querySelectorAll("th[data-column]")) {
    header.querySelector("button").addEventListener("click", () => sortBy(table, header));
  }
}

// Filtering: the heat map's rows by words of the name, its columns by lab.

function plain(words) {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

const filter = document.getElementById("filter");
if (filter) {
  const heat = document.getElementById("heat");
  const rows = Array.from(heat.tBodies[0].rows, (row) => [plain(row.cells[0].textContent), row]);
  const find = document.getElementById("find");
  const show = document.getElementById("show");
  const shown = document.getElementById("shown");

  const filterRows = () => {
    const wanted = plain(find.value).split(/\s+/);
    let count = 0;
    for (const [name, row] of rows) {
      row.hidden = !wanted.every((word) => name.includes(word));
      if (!row.hidden) count += 1;
    }
    shown.textContent = shown.dataset.words.replace("{shown}", count).replace("{all}", rows.length);
  };

  const filterColumns = () => {
    const lab = show.value;
    const hidden = (header) => lab !== "" && header.dataset.lab !== lab;
    for (const group of heat.querySelectorAll("th[data-lab]")) group.hidden = hidden(group);
    const columns = Array.from(heat.querySelectorAll("th[data-lab][data-column]"));
    for (const [, row] of rows) {
      for (const header of columns) row.cells[header.dataset.column].hidden = header.hidden;
    }
  };

  find.addEventListener("input", filterRows);
  show.addEventListener("change", filterColumns);
  filter.addEventListener("submit", (event) => event.preventDefault());
  filter.hidden = false;
  filterRows(); // a reloaded page keeps what was typed
  filterColumns();
}
