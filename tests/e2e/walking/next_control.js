// The next field of a form that is seen, asked for (or was left empty and may not be) and not filled in yet, as its first control says what it
// is; null when there is none.
(form) => {
  for (const field of form.querySelectorAll(".field")) {
    if (field.dataset.walked || !field.checkVisibility() || (field.querySelector(".optional") && !field.querySelector(".field-error"))) continue;
    const controls = [...field.querySelectorAll("input:enabled:not([type=hidden]), select:enabled, textarea:enabled")];
    const one = controls.find((control) => control.name && !control.name.startsWith("_find"));
    if (!one) continue;
    field.dataset.walked = "yes";
    const kind = one.getAttribute("type") ?? one.tagName.toLowerCase();
    const ticked = ["radio", "checkbox"].includes(kind) ? controls.filter((control) => control.name === one.name) : [];
    const options = kind === "select" ? [...one.options].filter((option) => option.value && !option.disabled) : ticked;
    return {
      kind: kind === "input" ? "text" : kind,
      name: one.name,
      value: one.value,
      options: options.map((option) => option.value),
      earliest: one.min ?? "",
      latest: one.max ?? "",
      placeholder: one.placeholder ?? "",
      names: one.dataset.names ?? "",
      wrong: Boolean(field.querySelector(".field-error")),
    };
  }
  return null;
}
