// A file dropped anywhere on a form goes into its field, and nothing is sent before its button is
// pressed. Without scripts the field itself takes dropped files in most browsers.
"use strict";
for (const field of document.querySelectorAll("input[type=file]")) {
  const form = field.closest("form"), said = document.createElement("p");
  said.className = "govuk-body desk-dropped";
  said.setAttribute("role", "status");
  field.after(said);
  form.classList.add("desk-drop");
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("desk-drop--over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("desk-drop--over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("desk-drop--over");
    field.files = event.dataTransfer.files;
    said.textContent = `Chosen: ${[...field.files].map((file) => file.name).join(", ")}`;
  });
}
