"""Column names as people and programs write them, without accents, blanks and signs; the most usual first.

Outlook's and Google's are those of their CSV exports, in the languages that an office here has them in. The last ones
of a list are the names of vCard's properties.
"""

from __future__ import annotations

# fmt: off
_RELATIONS = {
    "name": (
        "name", "nom", "naam", "company", "companyname", "societe", "entreprise", "raisonsociale", "bedrijf",
        "bedrijfsnaam", "firma", "firmanaam", "organisation", "organization", "organizationname", "organisatie",
        "relation", "relatie", "client", "klant", "klantnaam", "nomduclient", "customer", "customername",
        "denomination", "benaming", "fn",
    ),
    "kind": (
        "kind", "type", "genre", "soort", "companyorperson", "societeoupersonne", "entrepriseoupersonne",
        "bedrijfofpersoon", "typederelation", "soortrelatie",
    ),
    "legal_form": ("legalform", "formejuridique", "formelegale", "rechtsvorm", "juridischevorm"),
    "vat": (
        "vat", "vatnumber", "vatno", "tva", "numerotva", "numerodetva", "notva", "ntva", "btw", "btwnummer", "btwnr",
        "ondernemingsnummer", "numerodentreprise", "kbo", "bce",
    ),
    "qst": (
        "qst", "tvq", "qstnumber", "qstno", "numerotvq", "numerodetvq", "notvq", "ntvq", "qstnummer", "tvqnummer",
        "qstnumberquebec", "numerotvqquebec", "numerodetvqquebec", "qstnummerquebec",
    ),
    "representative": (
        "emailoftherepresentative", "representative", "representativeemail", "representant", "emaildurepresentant",
        "commercial", "gestionnaire", "vertegenwoordiger", "emailvandevertegenwoordiger", "accountmanager",
        "dossierbeheerder",
    ),
}
_CONTACTS = {
    "name": (
        "name", "fullname", "nom", "nomcomplet", "naam", "volledigenaam", "displayname", "contact", "contactname",
        "personnedecontact", "contactpersoon", "fn", "nometprenom", "prenometnom", "voorenachternaam", "fileas",
    ),
    "first_name": (
        "firstname", "givenname", "prenom", "voornaam", "given",
    ),
    "last_name": (
        "lastname", "familyname", "surname", "nomdefamille", "achternaam", "familienaam", "family",
    ),
    "relation": (
        "relation", "relationwheretheyare", "relatie", "company", "companyname", "societe", "entreprise",
        "nomdelasociete", "bedrijf", "bedrijfsnaam", "firma", "organisation", "organization", "organizationname",
        "organization1name", "organisatie", "client", "klant", "customer", "employer", "employeur", "werkgever", "org",
    ),
    "vat": (
        "vatnumberofthatrelation", "vat", "vatnumber", "tva", "numerotva", "numerodetva", "notva", "ntva", "btw",
        "btwnummer", "btwnr", "ondernemingsnummer", "numerodentreprise",
    ),
    "function": (
        "function", "fonction", "functie", "jobtitle", "title", "titredeposte", "poste", "organizationtitle",
        "organization1title", "functietitel", "profession", "beroep", "role",
    ),
    "contact_kinds": (
        "whatthispersondoesthere", "contactkinds", "contactkind", "contacttype", "typedecontact", "typesdecontact",
        "contactsoort", "soortcontact",
    ),
    "birthday": (
        "birthday", "birthdate", "dateofbirth", "datedenaissance", "anniversaire", "naissance", "geboortedatum",
        "verjaardag", "bday",
    ),
    "mailings": (
        "mailings", "mailing", "mailingsyesorno", "newsletter", "publipostage", "publipostages", "infolettre",
        "nieuwsbrief", "mailingsjaofnee", "optin",
    ),
}
_SHARED = {
    "mail": (
        "email", "mail", "emailaddress", "adresseemail", "adressemail", "adressedemessagerie", "courriel", "emailadres",
        "email1value", "email1", "mailadres", "epost",
    ),
    "other_mails": (
        "otheremails", "autresemails", "anderemails", "andereemailadressen", "email2", "email2address", "email2value",
        "adressedemessagerie2", "email2adres", "emailother",
    ),
    "phone": (
        "phone", "telephone", "telefoon", "tel", "businessphone", "phonenumber", "telephonebureau", "telefoonopwerk",
        "telefoonwerk", "phone1value", "numerodetelephone", "telefoonnummer", "workphone", "companymainphone",
        "homephone", "telephonedomicile",
    ),
    "mobile": (
        "mobile", "mobilephone", "gsm", "portable", "telephoneportable", "telmobile", "mobiel", "mobieletelefoon",
        "cell", "cellphone", "cellulaire", "telephonemobile", "telcell",
    ),
    "other_phones": ("otherphones", "autrestelephones", "anderetelefoons", "phone2value", "businessphone2", "telother"),
    "street": (
        "street", "rue", "straat", "address", "adresse", "adres", "businessstreet", "ruebureau", "werkadresstraat",
        "straatwerk", "address1street", "streetaddress", "homestreet", "rueetnumero", "straatennummer", "adrstreet",
    ),
    "postal_code": (
        "postalcode", "zip", "zipcode", "postcode", "codepostal", "cp", "businesspostalcode", "codepostalbureau",
        "postcodewerk", "werkadrespostcode", "address1postalcode", "homepostalcode", "adrcode",
    ),
    "town": (
        "town", "city", "ville", "localite", "commune", "stad", "plaats", "gemeente", "woonplaats", "businesscity",
        "villebureau", "plaatswerk", "werkadresplaats", "address1city", "homecity", "adrlocality",
    ),
    "country": (
        "country", "pays", "land", "businesscountryregion", "businesscountry", "paysregionbureau", "landregiowerk",
        "werkadreslandregio", "address1country", "homecountryregion", "adrcountry",
    ),
    "language": ("language", "langue", "taal", "lang"),
    "website": ("website", "siteweb", "site", "web", "webpage", "pageweb", "webpagina", "url", "website1value"),
    "notes": (
        "remarks", "remarques", "remarque", "opmerkingen", "opmerking", "notes", "note", "notities", "notitie",
        "comments", "commentaires", "memo",
    ),
}
# fmt: on
NAMES = {"relations": _RELATIONS, "contacts": _CONTACTS, "shared": _SHARED}
