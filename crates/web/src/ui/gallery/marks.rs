//! Bands, buttons, states, tiles, meters, steps, lists, navigation.

use maud::{Markup, Render, html};

use super::super::{
    Band, BandKind, Crumb, Event, Figure, Icon, Meter, Progress, Reason, Shell, State, Step, Tab, Tile, Tone,
    Trouble, ago, avatar, badge, button, card, countdown, crumbs, date, events, link_button, logo, meter,
    moment, progress, reasons, state, state_said, steps, submit, tabs, tag, tiles, who,
};
use super::{NOW, demo};

pub(super) fn all(shell: &Shell) -> Markup {
    html! {
        (demo("bands", "Bands", "36 px above the bar. They push, never cover.", &bands()))
        (demo("buttons", "Button", "One primary in a page head. The words say what it does. Busy keeps its width.", &buttons()))
        (demo("states", "State, badge, tag, avatar", "A state is an icon and a word. Fine is quiet; only what needs someone is coloured in its words.", &marks(shell)))
        (demo("tiles", "Stat tile", "One card cut by hairlines. A figure that isn’t known says so and why.", &figures(shell)))
        (demo("meters", "Meter, progress", "Marks at 80 and 95 %. The words carry the warning, the colour repeats it.", &meters()))
        (demo("steps", "Step list", "Live. Rows keep their place; icon, words and time change in them.", &work(shell)))
        (demo("lists", "Reasons, timeline, time", "The worst first; every reason has its action at the row’s end.", &lists(shell)))
        (demo("ways", "Tabs, breadcrumbs", "Where this is, and what is beside it.", &ways(shell)))
    }
}

fn bands() -> Markup {
    let band = |kind, text, action| Band { kind, text, action };
    let leave = html! { a href="#demo-bands" { "Leave" } };
    let stop = html! { button type="button" { "Stop" } };
    let left = countdown(NOW.after(std::time::Duration::from_secs(2_537)), NOW);
    html! {
        div class="band-demo" {
            (band(BandKind::Partner, html! { "You are in " b { "Nordlys A/S" } " as NordIT." }, Some(leave)).render())
            (band(BandKind::Acting, html! { "You act as " b { "Inger Mogensen" } ", read only, for ticket 4821. " (left) " left." }, Some(stop)).render())
            (band(BandKind::Incident, html! { b { "New mailboxes are late" } " since 09:41. Mail in existing ones flows." }, None).render())
            (band(BandKind::Held, html! { b { "Held since a restore." } " Nothing acts upstream by itself, no mail is sent, and the portal is closed." }, Some(html! { span { "Run " code { "dezky resume" } "." } })).render())
            (band(BandKind::Sandbox, html! { b { "Sandbox." } " Nothing here reaches a real mailbox, disk or card." }, None).render())
        }
    }
}

fn buttons() -> Markup {
    html! {
        p class="row wrap" {
            (button("Add 12 people").primary()) (button("Retry now").icon(Icon::Refresh)) (button("Cancel").quiet())
            (button("Suspend…").danger()) (button("Remove 3 people").sure()) (button("More").only(Icon::More))
        }
        p class="row wrap" {
            (button("Add 12 people").primary().busy(true)) (button("Retry now").icon(Icon::Refresh).busy(true))
            (button("Add 12 people").primary().disabled(true)) (button("Retry now").disabled(true))
            span class="small muted" { "No seats are free; " a href="#demo-buttons" { "buy some" } }
        }
        p class="row wrap" {
            (button("Small").primary().small()) (button("Small").small()) (button("Small").quiet().small())
            (button("Small").danger().small()) (link_button("A link", "#demo-buttons").small())
            (button("Copy id").icon(Icon::Copy).small().copies("req_01JD4S8M2K7QZ"))
        }
    }
}

fn marks(shell: &Shell) -> Markup {
    let w = &shell.words;
    html! {
        p class="row wrap wide" { @for one in State::ALL { (state(w, one)) } }
        p class="row wrap" {
            (state(w, State::Active).pill()) (state(w, State::Attention).pill()) (state_said(State::Error, "Failing").pill())
            (state_said(State::Invited, "Trial, 9 days left").pill()) (state_said(State::Pending, "Pending: mail waits").pill())
            (state(w, State::Suspended).pill())
        }
        p class="row wrap" {
            (badge(4, Tone::Neutral, None)) (badge(3, Tone::Warn, Some("3 to look at"))) (badge(12, Tone::Bad, None))
            (tag("Stalwart")) (tag(html! { (Icon::Pencil.tiny()) "Change" })) span class="env" { "Production" } span class="env test" { "Staging" }
        }
        p class="row wrap" {
            @for name in ["Freja Holm", "Aksel Bjerregaard", "Bo Nørregård", "Jonas Ravn", "Mette Hvid"] { (avatar(name, name)) }
            (logo("D"))
        }
        (who("Anne-Sofie Østergård-Lindholm von Rosenørn", "anne", Some("anne-sofie.oestergaard-lindholm@nordlys.dk")))
    }
}

fn figures(shell: &Shell) -> Markup {
    let tile = |label: &str, figure, change: &str, href: Option<&str>, tone| Tile {
        label: label.to_owned(),
        figure,
        change: change.to_owned(),
        href: href.map(str::to_owned),
        tone,
    };
    let link = Some("#demo-tiles");
    let money = Figure::With { before: Some("DKK".into()), value: "412,350".into(), after: None };
    let list = [
        tile("Seats", Figure::Known("3,412".into()), "61 more than 30 days ago", link, Tone::Ok),
        tile("MRR", money, "up 2.1 % in 30 days", link, Tone::Neutral),
        tile("Failing steps", Figure::Known("5".into()), "in 3 tenants", link, Tone::Bad),
        tile("Mailboxes", Figure::Unknown, "Stalwart doesn’t answer; 1,204 at 09:38", None, Tone::Neutral),
        tile("Storage", Figure::Loading, "", None, Tone::Neutral),
    ];
    tiles(&shell.words, "Key figures", &list)
}

fn meters() -> Markup {
    let files = |used: f64, said: &str, note: Option<&str>| {
        meter(&Meter {
            label: "Files".into(),
            used: Some((used, 1_200.0)),
            said: said.into(),
            note: note.map(str::to_owned),
        })
    };
    html! {
        div class="cols three" {
            (files(412.0, "412 GB of 1.2 TB", None))
            (files(1_020.0, "1.02 of 1.2 TB", Some("Over 80 %; full in about 5 weeks")))
            (files(1_180.0, "1.18 of 1.2 TB", Some("Uploads stop in about 2 days")))
            (meter(&Meter { label: "Mailboxes".into(), used: None, said: "not known: Stalwart doesn’t answer".into(), note: None }))
            (progress("Importing people", Progress::Of(340, 1_200)))
            (progress("Reading the upstream", Progress::GoesOn))
        }
    }
}

fn work(shell: &Shell) -> Markup {
    let step = |label: &str, tag: Option<&str>, state, detail: &str| Step {
        label: label.into(),
        tag: tag.map(str::to_owned),
        state,
        detail: Some(detail.into()),
        ..Step::default()
    };
    let trouble = Trouble {
        said: "The refresh token of the service account was refused (invalid_grant)".into(),
        means: Some("oCIS is reachable, but Dezky may not act in it. Sign the account in again; the step goes on by itself.".into()),
        request: Some("req_01JD4S8M2K7QZ".into()),
    };
    let list = [
        Step {
            time: Some(date(&shell.words, NOW)),
            attempts: Some(1),
            ..step("Sign-in group", Some("Authentik"), State::Ok, "Found by name and labelled.")
        },
        Step {
            attempts: Some(1),
            ..step("Mail domain", Some("Stalwart"), State::Running, "Asking for DKIM keys")
        },
        Step {
            time: Some(html! { time { "09:38:07" } }),
            attempts: Some(3),
            trouble: Some(trouble),
            action: Some(html! { (submit("Retry now").icon(Icon::Refresh).small()) }),
            ..step("Project space", Some("oCIS"), State::Error, "Next try in 28 s")
        },
        step("Welcome mail", None, State::Pending, "Waits for the mail domain."),
        step("Subscription", Some("Stripe"), State::Skipped, "Payments are off here."),
    ];
    let live = html! { span class="ago live" { "live" } };
    card("provisioning", "Provisioning")
        .says("1 of 4 done")
        .aside(live)
        .flush(steps(&shell.words, "gallery-steps", &list))
        .footer(html! { "Goes on by itself; you may leave." })
        .render()
}

fn lists(shell: &Shell) -> Markup {
    let w = &shell.words;
    let reason = |tone, title: &str, says: &str, aside: &str, action: &str| Reason {
        tone,
        title: title.into(),
        href: Some("#demo-lists".into()),
        says: says.into(),
        aside: Some(html! { (aside) }),
        action: Some(html! { (link_button(action, "#demo-lists").small()) }),
    };
    let list = [
        reason(Tone::Bad, "Step “mail domain” is failing", "6 attempts since 09:41", "33 min", "Retry now"),
        reason(
            Tone::Warn,
            "No admin has a second factor",
            "Inger Mogensen and Poul Erik Rasmussen",
            "6 d",
            "Remind both",
        ),
        reason(
            Tone::Info,
            "An old webhook secret is still accepted",
            "No event has used it for 14 days.",
            "14 d",
            "Open settings",
        ),
    ];
    let event = |secs: u64, what: Markup| Event::At {
        time: ago(w, NOW.before(std::time::Duration::from_secs(secs)), NOW),
        what,
    };
    let happened = [
        Event::Day("Today".into()),
        event(12, html! { b { "SPF" } " went from correct to 11 lookups" }),
        event(7_200, html! { b { "Sanne Myrup" } " changed the DMARC policy" }),
        Event::Day("Yesterday".into()),
        event(90_000, html! { b { "DKIM" } " selector 202511 put in place" }),
    ];
    let health = card("health", "Health").mark(state_said(State::Attention, "61 of 100").render());
    html! {
        (health.aside(html! { span class="says" { "worst first" } }).flush(reasons(&list)))
        (card("changed", "What changed").flush(events(true, &happened)))
        p class="small soft" { "Created " (date(w, NOW)) ", exactly " (moment(w, NOW)) }
    }
}

fn ways(shell: &Shell) -> Markup {
    let tab =
        |label: &str, current, badge| Tab { label: label.into(), href: "#demo-ways".into(), current, badge };
    html! {
        (crumbs(&shell.words, &[
            Crumb { label: "Tenants".into(), href: Some("#demo-ways".into()) },
            Crumb { label: "Ærø Bogføring ApS".into(), href: None },
        ]))
        (tabs("Sections of Ærø Bogføring", &[
            tab("Overview", true, None),
            tab("Members", false, Some((22, Tone::Neutral, "22 members".into()))),
            tab("Domains", false, Some((1, Tone::Warn, "1 needs attention".into()))),
            tab("Plan", false, None),
        ]))
    }
}
