// Long tables can be sorted and searched. Without this script they read the same.
(function () {
  "use strict";
  function valueOf(row, column) {
    var cell = row.cells[column], data = cell.querySelector("data");
    var text = data ? data.value : cell.textContent.trim();
    var number = data ? parseFloat(text) : parseFloat(text.replace(/[£,%]/g, "").replace("−", "-"));
    return /^[-−£\d]/.test(text) && !isNaN(number) ? number : text.toLowerCase();
  }
  // Numbers come before words in either direction: a figure that is missing is last.
  function compare(a, b, down) {
    if (typeof a !== typeof b) { return typeof a === "number" ? -1 : 1; }
    return (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1);
  }
  function sortable(table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var rows = Array.prototype.slice.call(table.tBodies[0].rows);
        rows.sort(function (a, b) { return compare(valueOf(a, column), valueOf(b, column), down); });
        rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
      });
    });
  }
  function searchable(table, number) {
    var box = document.createElement("div"), id = "search-" + number;
    var label = document.createElement("label"), input = document.createElement("input"), said = document.createElement("p");
    box.className = "tp-filter"; label.htmlFor = id; label.textContent = "Show rows with ";
    input.id = id; input.type = "search"; input.className = "govuk-input";
    said.setAttribute("role", "status"); said.style.margin = "0";
    box.appendChild(label); box.appendChild(input); box.appendChild(said);
    table.parentNode.parentNode.insertBefore(box, table.parentNode);
    input.addEventListener("input", function () {
      var wanted = input.value.toLowerCase(), shown = 0, rows = table.tBodies[0].rows;
      Array.prototype.forEach.call(rows, function (row) {
        row.hidden = row.textContent.toLowerCase().indexOf(wanted) < 0;
        if (!row.hidden) { shown += 1; }
      });
      said.textContent = shown + " of " + rows.length + " rows";
    });
  }
  document.querySelectorAll("table[data-sortable]").forEach(function (table, number) {
    sortable(table);
    if (table.tBodies[0].rows.length > 12) { searchable(table, number); }
  });
})();
