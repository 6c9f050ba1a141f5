"""The first walk through the demo, in three languages: what to type, where to look."""

from __future__ import annotations

from integrations.playground.front import Guide, Step

CLAIRE_SLACK, CLAIRE_MAIL = "/slack#/U0CLAIRE", "/mail?person=claire@cave-dubois.example"
ELS_MAIL = "/mail?person=els@brasserie-dupont.example"
BRAM_SLACK, EMMA_SLACK = "/slack#/U0BRAM", "/slack#/U0EMMA"
CALENDAR = "/calendar"

GUIDES = (
    Guide(
        "en",
        "Five minutes as a rep",
        "Rapport is already at work for a wine merchant with a few dozen relations. Be one of its reps.",
        (
            Step("Open Slack as Emma and add a relation: Brasserie Dupont.", "/relation", EMMA_SLACK),
            Step(
                "Plan a visit. In the form, make Els Peeters a contact (els@brasserie-dupont.example) and let her take "
                "part: the last line says who gets a mail.",
                "/action Dupont",
            ),
            Step("Be Els: accept the invitation in her mailbox. Her answer shows in Slack.", href=ELS_MAIL),
            Step(
                "As Emma, send Els a mail with a document. It files itself; a card in Slack says where.",
                href="/mail?person=emma@cave-dubois.example",
            ),
            Step("Write to many: a mailing leaves one by one, and each has a way out.", "/mailing", EMMA_SLACK),
            Step("Subscribe to your agenda in a calendar program.", "/crm calendar", CALENDAR),
        ),
    ),
    Guide(
        "fr",
        "Cinq minutes dans la peau d’une représentante",
        "Rapport travaille déjà pour un négociant en vins et ses quelques dizaines de relations. Prenez la place d’une "
        "représentante.",
        (
            Step("Ouvrez Slack comme Claire et ajoutez une relation : Brasserie Dupont.", "/relation", CLAIRE_SLACK),
            Step(
                "Planifiez une visite. Dans le formulaire, créez le contact Els Peeters "
                "(els@brasserie-dupont.example) et faites-la participer : la dernière ligne dit qui reçoit un mail.",
                "/action Dupont",
            ),
            Step("Soyez Els : acceptez l’invitation dans sa boîte. Sa réponse paraît dans Slack.", href=ELS_MAIL),
            Step(
                "Comme Claire, envoyez à Els un mail avec un document. Il se classe tout seul ; une carte dans Slack "
                "dit où.",
                href=CLAIRE_MAIL,
            ),
            Step("Écrivez à plusieurs : le publipostage part un mail à la fois.", "/crm publipostage", CLAIRE_SLACK),
            Step("Abonnez-vous à votre agenda dans un programme de calendrier.", "/crm calendrier", CALENDAR),
        ),
    ),
    Guide(
        "nl",
        "Vijf minuten als vertegenwoordiger",
        "Rapport werkt al voor een wijnhandel met enkele tientallen relaties. Neem de plaats in van een "
        "vertegenwoordiger.",
        (
            Step("Open Slack als Bram en voeg een relatie toe: Brasserie Dupont.", "/relation", BRAM_SLACK),
            Step(
                "Plan een bezoek. Maak in het formulier Els Peeters aan als contactpersoon "
                "(els@brasserie-dupont.example) en laat haar deelnemen: de laatste regel zegt wie een mail krijgt.",
                "/crm bezoek Dupont",
            ),
            Step(
                "Wees Els: aanvaard de uitnodiging in haar mailbox. Haar antwoord verschijnt in Slack.", href=ELS_MAIL
            ),
            Step(
                "Stuur Els als Bram een mail met een document. Die klasseert zichzelf; een kaart in Slack zegt waar.",
                href="/mail?person=bram@cave-dubois.example",
            ),
            Step("Schrijf naar velen: een mailing vertrekt mail per mail.", "/mailing", BRAM_SLACK),
            Step("Abonneer u op uw agenda in een kalenderprogramma.", "/crm kalender", CALENDAR),
        ),
    ),
)
