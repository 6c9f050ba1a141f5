// Choosing another person opens their page at once; without scripts a button does.

const person = document.getElementById("person");
person.addEventListener("change", () => person.form.requestSubmit());
