## Komponenternes ord
ui-skip = Gå til indholdet
ui-menu = Menu
ui-nav = Hovedmenu
ui-apps = Åbn en anden app
ui-nav-people = Personer
ui-nav-services = Tjenester
ui-nav-security = Sikkerhed
ui-nav-customers = Kunder
ui-nav-platform = Platform
ui-nav-account = Din konto
ui-crumbs = Brødkrummesti
ui-sections-of = Afsnit i { $name }
ui-operator = Driftskonsol
ui-portal = Arbejdsområde
ui-environment = Miljø
ui-help = Hjælp
ui-account-of = { $name }: din konto
ui-switch = Skift arbejdsområde
ui-switch-to = Du arbejder også i
ui-sandbox = Åbn sandkassen
ui-theme = Udseende
ui-theme-light = Lyst
ui-theme-dark = Mørkt
ui-theme-system = Som enheden
ui-sign-out = Log ud
ui-sign-in-again = Log ind igen
ui-signed-out = Du er logget ud. Siden er måske forældet. Det, du har skrevet, gemmes, når du sender det.
ui-offline = Serveren kunne ikke nås. Intet er ændret; prøv igen om lidt.

ui-find = Søg eller gå til
ui-find-hint = Et navn, en adresse eller en handling
ui-find-says = Søg efter medlemmer, grupper, adresser, invitationer, domæner og handlinger.
ui-find-says-operator = Søg efter arbejdsområder, medlemmer, invitationer, domæner og handlinger.
ui-find-pages = Sider
ui-find-actions = Handlinger
ui-find-failed = Søgningen svarer ikke. Siderne på listen kan stadig åbnes. Prøv igen om lidt.
ui-found = Resultater
ui-found-count = Resultater: { $n }
ui-found-none = Ingen resultater for “{ $q }”
ui-keys-choose = vælg
ui-keys-open = åbn
ui-keys-close = luk

ui-close = Luk
ui-dismiss = Fjern
ui-again = Prøv igen
ui-loading = Indlæser
ui-not-known = ukendt
ui-request = Forespørgsel
ui-actions = Handlinger
ui-actions-for = Handlinger for { $name }
ui-shown = { $n } vist
ui-shown-more = { $n } vist, der er flere
ui-shown-of = { $n } af { $all } vist
ui-load-more = Vis flere
ui-pick = Vælg { $name }
ui-pick-all = Vælg alle viste
ui-picked = { $n } valgt
ui-with-picked = Med de valgte
ui-clear = Ryd
ui-clear-all = Ryd alt
ui-apply = Anvend
ui-filter-off = fjern dette filter
ui-no-match = Ingen resultater for “{ $query }”
ui-no-match-says = Se efter stavefejl, eller søg med færre filtre.
ui-no-match-filter = Intet passer til dette filter
ui-no-match-filter-says = Vælg et andet filter, eller ryd det for at se alt.
ui-clear-filter = Ryd filter

ui-copy = Kopiér
ui-uncopied = Browseren kan ikke kopiere her. Teksten er markeret: tryk Ctrl+C eller ⌘C.
ui-copied = Kopieret
ui-copy-value = Kopiér { $value }
ui-saved-it = Jeg har gemt eller videregivet adgangskoden
ui-not-again = Du får den ikke at se igen.
ui-save-first = Sæt kryds, når du har gemt eller videregivet adgangskoden
ui-expected = Forventet
ui-found-value = Fundet
ui-field = Felt
ui-absent = mangler
ui-as-table = Vis som tabel

ui-optional = valgfrit
ui-domain = Domæne
ui-add-to = Føj til { $name }
ui-add-one = Tilføj…
ui-to-fix = { $count ->
    [one] Én ting skal rettes
   *[other] { $count } ting skal rettes
}
ui-changed = En anden ændrede dette, mens du redigerede
ui-changed-says = Det, du skrev, er her endnu. Sammenlign, og gem igen for at erstatte deres version.
ui-changed-same = Dine værdier svarer til det gemte. Gem igen for at bekræfte.
ui-changed-yours = Din
ui-changed-now = Gemt nu
ui-changed-take = Brug { $value }
ui-type-name = Skriv { $name } for at fortsætte
ui-leave-title = Forlad uden at gemme?
ui-leave-says = Det, du har skrevet her, er ikke gemt.
ui-leave-stay = Fortsæt redigering
ui-leave-go = Forlad siden

ui-attempts = { $count ->
    [one] 1 forsøg
   *[other] { $count } forsøg
}
ui-state-ok = Færdig
ui-state-active = Aktiv
ui-state-attention = Kræver handling
ui-state-pending = Venter
ui-state-running = Kører
ui-state-error = Mislykket
ui-state-skipped = Sprunget over
ui-state-invited = Inviteret
ui-state-suspended = Suspenderet
ui-state-terminated = Afsluttet
ui-state-unknown = Intet svar

ui-ago-now = lige nu
ui-ago-seconds = for { $n } s siden
ui-ago-minutes = for { $n } min siden
ui-ago-hours = for { $n } t siden
ui-ago-days = for { $n } d siden
ui-date = { $day }. { $month } { $year }
ui-months = jan.|feb.|mar.|apr.|maj|jun.|jul.|aug.|sep.|okt.|nov.|dec.

failure-not-found = Siden findes ikke
failure-forbidden = Du har ikke adgang her
failure-unavailable = En tjeneste svarer ikke
failure-refused = Det kunne ikke gennemføres
failure-internal = Der gik noget galt hos os
failure-home = Gå til startsiden
failure-back = Gå tilbage
failure-to = Gå til { $page }
failure-account = Se dine sessioner
failure-portal = Åbn dit arbejdsområde
failure-suspended = Dette arbejdsområde er lukket midlertidigt
failure-ended = Dette arbejdsområde er afsluttet
failure-held = Vi er snart tilbage
error-held = Tjenesten er gendannet fra en sikkerhedskopi og kontrolleres, før den åbner igen.
    .advice = Mail og filer er ikke berørt. Prøv igen om nogle minutter.
hold-lead = Sat på pause efter en gendannelse.
hold-says = Dette er en sikkerhedskopi fra { $taken }, gendannet { $restored }. Intet ændres af sig selv i de andre systemer, der sendes ingen mail, og portalen er lukket.
hold-advice = Sammenlign med `dezky plan`, og kør så `dezky resume`.
ui-day-today = I dag, { $date }
ui-day-yesterday = I går, { $date }
