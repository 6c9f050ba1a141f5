"""The front page's own sentences, in the languages it can be read in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    own_name: str
    title: str
    what_it_is: str
    doors: str
    slack: str
    mail: str
    calendar: str
    who: str
    colleagues: str
    outside: str
    minutes: str
    open_as: str


TEXTS = {
    "en": Texts(
        own_name="English",
        title="The playground",
        what_it_is="A Slack workspace, an Exchange server and a calendar program, all on this machine. "
        "Nothing leaves it, and stopping it keeps your data.",
        doors="Three doors",
        slack="Channels, direct messages, forms and commands of a small workspace.",
        mail="Everyone's mailbox: read, answer, send a document, accept an invitation.",
        calendar="Subscribe to a calendar by its address, as any calendar program does.",
        who="Who is who",
        colleagues="In the office",
        outside="Outside",
        minutes="Five minutes",
        open_as="Open as {name}",
    ),
    "fr": Texts(
        own_name="Français",
        title="Le terrain d’essai",
        what_it_is="Un espace Slack, un serveur Exchange et un programme d’agenda, tous sur cette machine. "
        "Rien n’en sort, et vos données restent quand vous l’arrêtez.",
        doors="Trois portes",
        slack="Les canaux, messages directs, formulaires et commandes d’un petit espace de travail.",
        mail="Le courrier de chacun : lire, répondre, envoyer un document, accepter une invitation.",
        calendar="S’abonner à un calendrier par son adresse, comme tout programme d’agenda.",
        who="Qui est qui",
        colleagues="Au bureau",
        outside="À l’extérieur",
        minutes="Cinq minutes",
        open_as="Ouvrir comme {name}",
    ),
    "nl": Texts(
        own_name="Nederlands",
        title="De speelplaats",
        what_it_is="Een Slack-werkruimte, een Exchange-server en een agendaprogramma, allemaal op deze machine. "
        "Niets gaat naar buiten, en uw gegevens blijven bewaard als u stopt.",
        doors="Drie deuren",
        slack="Kanalen, privéberichten, formulieren en opdrachten van een kleine werkruimte.",
        mail="Ieders mailbox: lezen, antwoorden, een document versturen, een uitnodiging aanvaarden.",
        calendar="Abonneer u op een agenda via het adres, zoals elk agendaprogramma dat doet.",
        who="Wie is wie",
        colleagues="Op kantoor",
        outside="Daarbuiten",
        minutes="Vijf minuten",
        open_as="Openen als {name}",
    ),
}
