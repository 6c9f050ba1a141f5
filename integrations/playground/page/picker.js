// Choosing another person opens their page at once; without scripts a button does.

document.getElementById("person").addEventListener("change", (event) => event.target.form.requestSubmit());
