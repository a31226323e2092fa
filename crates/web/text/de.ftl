## Wörter der Bausteine
ui-skip = Zum Inhalt springen
ui-menu = Menü
ui-nav = Hauptmenü
ui-apps = Andere App öffnen
ui-nav-people = Personen
ui-nav-services = Dienste
ui-nav-security = Sicherheit
ui-nav-customers = Kunden
ui-nav-platform = Plattform
ui-nav-account = Ihr Konto
ui-crumbs = Brotkrumen
ui-sections-of = Bereiche von { $name }
ui-operator = Betreiberkonsole
ui-portal = Arbeitsbereich
ui-environment = Umgebung
ui-help = Hilfe
ui-account-of = { $name }: Ihr Konto
ui-switch = Arbeitsbereich wechseln
ui-switch-to = Sie arbeiten auch in
ui-sandbox = Testumgebung öffnen
ui-theme = Darstellung
ui-theme-light = Hell
ui-theme-dark = Dunkel
ui-theme-system = Wie das Gerät
ui-sign-out = Abmelden
ui-sign-in-again = Neu anmelden
ui-signed-out = Sie wurden abgemeldet. Diese Seite ist möglicherweise veraltet. Ihre Eingaben bleiben erhalten, wenn Sie sie absenden.
ui-offline = Der Server war nicht erreichbar. Nichts wurde geändert; versuchen Sie es gleich noch einmal.

ui-find = Suchen oder springen
ui-find-hint = Ein Name, eine Adresse oder eine Aktion
ui-find-says = Mitglieder, Gruppen, Adressen, Einladungen, Domains und Aktionen suchen.
ui-find-says-operator = Arbeitsbereiche, Mitglieder, Einladungen, Domains und Aktionen suchen.
ui-find-pages = Seiten
ui-find-actions = Aktionen
ui-find-failed = Die Suche antwortet nicht. Die Seiten der Liste lassen sich weiter öffnen. Versuchen Sie es gleich noch einmal.
ui-found = Ergebnisse
ui-found-count = Ergebnisse: { $n }
ui-found-none = Keine Ergebnisse für „{ $q }“
ui-keys-choose = wählen
ui-keys-open = öffnen
ui-keys-close = schließen

ui-close = Schließen
ui-dismiss = Ausblenden
ui-again = Noch einmal versuchen
ui-loading = Wird geladen
ui-not-known = nicht bekannt
ui-request = Anfrage
ui-actions = Aktionen
ui-actions-for = Aktionen für { $name }
ui-shown = { $n } angezeigt
ui-shown-more = { $n } angezeigt, weitere folgen
ui-shown-of = { $n } von { $all } angezeigt
ui-load-more = Mehr laden
ui-pick = { $name } auswählen
ui-pick-all = Alle gezeigten auswählen
ui-picked = { $n } ausgewählt
ui-with-picked = Mit den ausgewählten
ui-clear = Leeren
ui-clear-all = Alles leeren
ui-apply = Anwenden
ui-filter-off = diesen Filter entfernen
ui-no-match = Keine Ergebnisse für „{ $query }“
ui-no-match-says = Prüfen Sie die Schreibweise, oder suchen Sie mit weniger Filtern.
ui-no-match-filter = Nichts passt zu diesem Filter
ui-no-match-filter-says = Wählen Sie einen anderen Filter, oder leeren Sie ihn, um alles zu sehen.
ui-clear-filter = Filter leeren

ui-copy = Kopieren
ui-uncopied = Der Browser kann hier nicht kopieren. Der Text ist markiert: Strg+C oder ⌘C drücken.
ui-copied = Kopiert
ui-copy-value = { $value } kopieren
ui-saved-it = Ich habe dieses Passwort gespeichert oder weitergegeben
ui-not-again = Sie sehen es nicht noch einmal.
ui-save-first = Setzen Sie das Häkchen, sobald Sie dieses Passwort gespeichert oder weitergegeben haben
ui-expected = Erwartet
ui-found-value = Gefunden
ui-field = Feld
ui-absent = fehlt
ui-as-table = Als Tabelle zeigen

ui-optional = optional
ui-domain = Domain
ui-add-to = Zu { $name } hinzufügen
ui-add-one = Hinzufügen…
ui-to-fix = { $count ->
    [one] Eine Angabe ist zu berichtigen
   *[other] { $count } Angaben sind zu berichtigen
}
ui-changed = Jemand anderes hat dies währenddessen geändert
ui-changed-says = Was Sie eingegeben haben, steht noch hier. Vergleichen Sie und speichern Sie erneut, um deren Fassung zu ersetzen.
ui-changed-same = Ihre Werte entsprechen dem Gespeicherten. Speichern Sie erneut, um sie zu bestätigen.
ui-changed-yours = Ihre
ui-changed-now = Jetzt gespeichert
ui-changed-take = { $value } verwenden
ui-type-name = Geben Sie { $name } ein, um fortzufahren
ui-leave-title = Ohne Speichern verlassen?
ui-leave-says = Was Sie hier eingegeben haben, ist nicht gespeichert.
ui-leave-stay = Weiter bearbeiten
ui-leave-go = Verlassen

ui-attempts = { $count ->
    [one] 1 Versuch
   *[other] { $count } Versuche
}
ui-state-ok = Fertig
ui-state-active = Aktiv
ui-state-attention = Handlung nötig
ui-state-pending = Wartet
ui-state-running = Läuft
ui-state-error = Fehlgeschlagen
ui-state-skipped = Übersprungen
ui-state-invited = Eingeladen
ui-state-suspended = Gesperrt
ui-state-terminated = Beendet
ui-state-unknown = Keine Antwort

ui-ago-now = gerade eben
ui-ago-seconds = vor { $n } s
ui-ago-minutes = vor { $n } min
ui-ago-hours = vor { $n } h
ui-ago-days = vor { $n } T.
ui-date = { $day }. { $month } { $year }
ui-months = Jan.|Feb.|März|Apr.|Mai|Juni|Juli|Aug.|Sept.|Okt.|Nov.|Dez.

failure-not-found = Seite nicht gefunden
failure-forbidden = Sie haben hier keinen Zugriff
failure-unavailable = Ein Dienst antwortet nicht
failure-refused = Das konnte nicht ausgeführt werden
failure-internal = Bei uns ist etwas schiefgegangen
failure-home = Zur Startseite
failure-back = Zurück
failure-to = Zu { $page }
failure-account = Ihre Sitzungen ansehen
failure-portal = Ihren Arbeitsbereich öffnen
failure-suspended = Dieser Arbeitsbereich ist vorübergehend gesperrt
failure-ended = Dieser Arbeitsbereich wurde beendet
failure-held = Wir sind bald wieder da
error-held = Der Dienst wurde aus einer Sicherung wiederhergestellt und wird geprüft, bevor er wieder öffnet.
    .advice = E-Mail und Dateien sind nicht betroffen. Versuchen Sie es in einigen Minuten erneut.
hold-lead = Angehalten seit einer Wiederherstellung.
hold-says = Dies ist eine Sicherung vom { $taken }, wiederhergestellt am { $restored }. In den anderen Systemen ändert sich nichts von selbst, es wird keine E-Mail gesendet, und das Portal ist geschlossen.
hold-advice = Vergleichen Sie mit `dezky plan`, dann führen Sie `dezky resume` aus.
ui-day-today = Heute, { $date }
ui-day-yesterday = Gestern, { $date }
