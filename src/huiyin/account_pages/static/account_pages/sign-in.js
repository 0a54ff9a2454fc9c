// On a demonstration installation: one click fills in an account, Enter signs in.
document.querySelectorAll("[data-demo-username]").forEach((button) => {
  button.addEventListener("click", () => {
    document.getElementById("id_login").value = button.dataset.demoUsername;
    document.getElementById("id_password").value = button.dataset.demoPassword;
    const submit = document.getElementById("sign-in");
    submit.focus();
    submit.scrollIntoView({ block: "center" });
  });
});
