//! Puts the slices together. The only place that knows all of them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use db::Db;
use jobs::Schedule;
use kernel::Clock;
use kernel::retry::Backoff;
use mailer::Mailer;
use probes::Probes;
use reconcile::Reconciler;
use sign_in::SignIn;
use tenants::Tenants;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use web::{Web, WebSettings};

use crate::config::{Address, Config};
use crate::site::{self, Site};
use crate::{checks, health, purges, upstreams};

/// How often it is looked for mails to send.
const SEND_EVERY: Duration = Duration::from_secs(2);

/// How patient the parts are.
pub struct Pace {
    reconcile: reconcile::Settings,
    /// The longest an upstream's call may take; at most a third of the reconciler's lease.
    deadline: Duration,
    probe_every: Duration,
    /// How often at most servers of others are probed.
    min_interval: Duration,
    /// How often everything upstream is compared with what should be.
    scan_every: Duration,
    /// How long a request waits for its effect upstream before it goes on in the background.
    settle: Duration,
    purge_every: Duration,
    /// How often it is looked whose storage is nearly full.
    storage_every: Duration,
    /// How often it is looked what members need that nobody asked for.
    follow: Duration,
    /// How often domains are checked, and how often it is looked which are due.
    domains: (domains::Pace, Duration),
}

impl Pace {
    /// For people who look on: everything heals within seconds.
    pub fn quick() -> Self {
        let backoff = Backoff { first: Duration::from_millis(300), most: Duration::from_secs(8) };
        Self {
            reconcile: reconcile::Settings {
                backoff,
                lease: Duration::from_secs(15),
                look: Duration::from_millis(300),
                ..reconcile::Settings::default()
            },
            deadline: Duration::from_secs(4),
            probe_every: Duration::from_secs(5),
            min_interval: Duration::ZERO,
            scan_every: Duration::from_secs(20),
            settle: Duration::from_secs(3),
            purge_every: Duration::from_mins(1),
            storage_every: Duration::from_secs(5),
            follow: Duration::from_millis(500),
            domains: (
                domains::Pace {
                    busy: Duration::from_secs(3),
                    calm: Duration::from_secs(10),
                    slow: Duration::from_secs(30),
                },
                Duration::from_millis(500),
            ),
        }
    }

    /// For production, with this lease.
    pub fn steady(lease: Duration) -> Self {
        Self {
            reconcile: reconcile::Settings { lease, ..reconcile::Settings::default() },
            deadline: Duration::from_secs(10).min(lease / 3),
            probe_every: Duration::from_secs(15),
            min_interval: Duration::from_mins(1),
            scan_every: Duration::from_mins(15),
            settle: Duration::from_secs(3),
            purge_every: Duration::from_mins(1).min(lease),
            storage_every: Duration::from_mins(10).min(lease * 10),
            follow: Duration::from_secs(2),
            domains: (
                domains::Pace {
                    busy: Duration::from_secs(30),
                    calm: Duration::from_mins(30),
                    slow: Duration::from_hours(1),
                },
                Duration::from_secs(2),
            ),
        }
    }
}

#[cfg(debug_assertions)]
impl Pace {
    /// With a point at which to die.
    pub fn until(mut self, fail_point: Option<reconcile::FailPoint>) -> Self {
        self.reconcile.fail_point = fail_point;
        self
    }
}

/// The sandbox's page, when the product runs in it.
#[derive(Default)]
pub struct Surroundings {
    /// The address of the page that lists the simulators; with it the gallery of components is served.
    pub sandbox_page: Option<String>,
}

/// The product, put together and not yet at work.
pub struct Product {
    pub db: Db,
    pub clock: Clock,
    pub tenants: Tenants,
    pub domains: domains::Domains,
    config: Config,
    surroundings: Surroundings,
    sign_in: SignIn,
    reconciler: Reconciler,
    schedules: Vec<Schedule>,
    site: Site,
}

impl Product {
    /// Puts everything together over a migrated database.
    pub fn new(config: Config, pace: &Pace, surroundings: Surroundings, db: Db) -> anyhow::Result<Self> {
        let db = db.sealed_with(config.keys.clone());
        let clock = Clock::System;
        let upstreams = upstreams::connect(&config, Some(&db), &clock, pace.deadline)?;
        let dns = upstreams::dns(&config, &clock)?;
        let sign_in_settings = sign_in::Settings {
            directory: upstreams.authentik.clone().ok(),
            ..upstreams::sign_in(&config, pace.deadline)?
        };
        let probes = Probes::new(
            db.clone(),
            clock.clone(),
            checks::probes(&upstreams, &sign_in_settings, &dns, config.mail.as_ref(), &db, pace.min_interval),
        );
        let sign_in = sign_in_of(&config, sign_in_settings, &db, &clock);
        let reconciler = reconciler_of(&config, &upstreams, pace, (&db, &clock));
        let settings = tenants::Settings {
            platform_slug: config.platform_slug.clone(),
            platform_name: config.platform_name.clone(),
            grace: config.grace,
            settle: pace.settle,
            purge_every: pace.purge_every,
        };
        let usage = storage::Reader::new(upstreams.ocis.clone(), clock.clone());
        let usage_source = Arc::new(storage::UsageOf::new(db.clone(), usage.clone()));
        let tenants = Tenants::new(
            db.clone(),
            clock.clone(),
            reconciler.clone(),
            probes.clone(),
            subscribers_of_tenants(&clock),
            Some(usage_source.clone()),
            settings,
        );
        let mut schedules = purges::schedules(&db, &clock);
        schedules.extend(tenants::schedules(&tenants));
        schedules.push(probes.schedule(pace.probe_every));
        schedules.push(drift::schedule(&reconciler, pace.scan_every));
        let settings = domains_settings(&config, pace)?;
        let stalwart = upstreams.stalwart.clone().ok();
        let domains =
            domains::Domains::new(db.clone(), clock.clone(), reconciler.clone(), dns, stalwart, settings);
        schedules.push(domains::schedule(&domains, pace.domains.1));
        let members = members_of(&config, pace, &upstreams, &reconciler, (&db, &clock));
        schedules.extend(members::schedules(&members));
        let joining = joining::Joining::new(
            db.clone(),
            clock.clone(),
            reconciler.clone(),
            members.clone(),
            pace.follow,
        );
        schedules.extend(joining::schedules(&joining));
        let offboardings = offboardings_of(pace, &upstreams, &reconciler, &members, (&db, &clock));
        schedules.extend(offboarding::schedules(&offboardings));
        let stalwart = upstreams.stalwart.clone().ok();
        let mail = mail::Mail::new(db.clone(), clock.clone(), reconciler.clone(), stalwart, pace.settle);
        let storages =
            storage::Storages::new(db.clone(), clock.clone(), reconciler.clone(), usage, pace.settle);
        schedules.push(storage::schedule(&storages, pace.storage_every));
        let subscribers = vec![mail::subscriber(clock.clone())];
        let groups =
            groups::Groups::new(db.clone(), clock.clone(), reconciler.clone(), subscribers, pace.settle);
        let home =
            home::Home::new(members.clone(), domains.clone(), mail.clone(), usage_source, places_of(&config));
        let mailer = Mailer::new(db.clone(), clock.clone(), config.mail.clone());
        schedules.extend(mailer.schedules(SEND_EVERY));
        let drift = drift::Drift::new(db.clone(), clock.clone(), reconciler.clone());
        let mut own = vec![health::routes(db.clone())];
        if surroundings.sandbox_page.is_some() {
            own.extend(site::gallery());
        }
        let slices = vec![
            sign_in::slice(&sign_in),
            tenants::slice(&tenants),
            domains::slice(&domains, &tenants),
            members::slice(&members, &tenants),
            joining::slice(&joining, &tenants),
            offboarding::slice(&offboardings),
            mail::slice(&mail),
            storage::slice(&storages),
            groups::slice(&groups),
            home::slice(&home),
            drift::slice(&drift),
        ];
        Ok(Self {
            site: Site::new(slices, own)?,
            db,
            clock,
            tenants,
            domains,
            config,
            surroundings,
            sign_in,
            reconciler,
            schedules,
        })
    }

    /// Every route.
    #[cfg(test)]
    pub fn table(&self) -> Vec<web::RouteInfo> {
        self.site.table()
    }

    /// What is served, and where.
    pub fn servers(&self) -> Vec<(SocketAddr, Router)> {
        let api = &self.config.api;
        let mut servers = vec![(api.listen, self.router(None, api))];
        for console in &self.config.consoles {
            let router = self.router(Some(console.surface), &console.address);
            servers.push((console.address.listen, router));
        }
        servers
    }

    fn router(&self, surface: Option<access::Surface>, address: &Address) -> Router {
        let settings = WebSettings {
            surface,
            origin: address.origin.clone(),
            portal: portal_origin(&self.config),
            issuer_origin: self.config.authentik.issuer_origin.clone(),
            environment: self.config.environment.clone(),
            sandbox_page: self.surroundings.sandbox_page.clone(),
            product_name: self.config.platform_name.clone(),
            trust_forwarded: self.config.trust_forwarded,
            limits: self.config.limits.clone(),
        };
        let web = Web::new(
            self.db.clone(),
            self.clock.clone(),
            self.site.catalogues.clone(),
            settings,
            self.site.places.clone(),
        );
        self.site.router(web, &self.sign_in)
    }

    /// Sets the reconciler alone to work, until `stop`.
    pub async fn start_reconciler(
        &self,
        tracker: &TaskTracker,
        stop: &CancellationToken,
    ) -> anyhow::Result<()> {
        Ok(self.reconciler.start(tracker, stop).await?)
    }

    /// Makes the platform's own workspace and sets the background to work, until `stop`.
    pub async fn start(&self, tracker: &TaskTracker, stop: &CancellationToken) -> anyhow::Result<()> {
        let made = self.tenants.ensure_platform_workspace().await;
        made.context("the platform's own workspace can't be created")?;
        self.start_reconciler(tracker, stop).await?;
        jobs::start(&self.db, &self.clock, self.schedules.clone(), tracker, stop);
        Ok(())
    }
}

/// What follows from changes of tenants, in the order of the layers.
fn subscribers_of_tenants(clock: &Clock) -> Vec<Arc<dyn access::Subscriber>> {
    vec![
        members::subscriber(clock.clone()),
        joining::subscriber(),
        offboarding::subscriber(clock.clone()),
        mail::subscriber(clock.clone()),
        groups::subscriber(clock.clone()),
        storage::subscriber(clock.clone()),
    ]
}

/// Where people open their mail and their files.
fn places_of(config: &Config) -> home::Settings {
    let said = |url: &Option<url::Url>| url.as_ref().map(ToString::to_string);
    home::Settings { mail: said(&config.webmail), files: said(&config.files) }
}

fn domains_settings(config: &Config, pace: &Pace) -> anyhow::Result<domains::Settings> {
    Ok(domains::Settings {
        challenge: config.dns.challenge.clone(),
        pace: pace.domains.0,
        portal: portal_origin(config),
        connect: config.dns.connect.clone(),
        clients: upstreams::client_documents(config)?,
        settle: pace.settle,
        platform_domains: config.platform_domains.clone().into(),
        allowances: config.allowances,
    })
}

fn portal_origin(config: &Config) -> Option<String> {
    let portal = config.consoles.iter().find(|console| console.surface == access::Surface::Portal);
    portal.map(|console| console.address.origin.clone())
}

/// All kinds of upstream objects.
fn kinds_of(upstreams: &tenants::Upstreams) -> Vec<reconcile::Registered> {
    let mut kinds = tenants::kinds(upstreams);
    kinds.extend(members::kinds(upstreams));
    kinds.extend(mail::kinds(upstreams));
    kinds
}

/// The reconciler of all kinds.
fn reconciler_of(
    config: &Config,
    upstreams: &tenants::Upstreams,
    pace: &Pace,
    (db, clock): (&Db, &Clock),
) -> Reconciler {
    let subscribers = vec![
        tenants::resource_subscriber(),
        domains::resource_subscriber(),
        members::resource_subscriber(),
        mail::resource_subscriber(),
        groups::resource_subscriber(),
    ];
    let settings =
        reconcile::Settings { destroys_an_hour: config.unordered_removals, ..pace.reconcile.clone() };
    Reconciler::new(db.clone(), clock.clone(), settings, kinds_of(upstreams), subscribers)
}

fn members_of(
    config: &Config,
    pace: &Pace,
    upstreams: &tenants::Upstreams,
    reconciler: &Reconciler,
    (db, clock): (&Db, &Clock),
) -> members::Members {
    let settings = members::Settings {
        settle: pace.settle,
        backoff: pace.reconcile.backoff,
        look: pace.follow,
        password_lasts: Duration::from_hours(7 * 24),
        portal: portal_origin(config),
        beyond_seats: config.beyond_seats,
        platform_domains: config.platform_domains.clone().into(),
        allowances: config.allowances,
    };
    members::Members::new(
        db.clone(),
        clock.clone(),
        reconciler.clone(),
        upstreams.authentik.clone(),
        upstreams.stalwart.clone(),
        vec![
            offboarding::subscriber(clock.clone()),
            mail::subscriber(clock.clone()),
            groups::subscriber(clock.clone()),
            tenants::seats::subscriber(clock.clone()),
            storage::subscriber(clock.clone()),
        ],
        settings,
    )
}

fn offboardings_of(
    pace: &Pace,
    upstreams: &tenants::Upstreams,
    reconciler: &Reconciler,
    members: &members::Members,
    (db, clock): (&Db, &Clock),
) -> offboarding::Offboardings {
    let (authentik, stalwart) = (upstreams.authentik.clone().ok(), upstreams.stalwart.clone().ok());
    let settings = offboarding::Settings { backoff: pace.reconcile.backoff, look: pace.follow };
    offboarding::Offboardings::new(
        db.clone(),
        clock.clone(),
        reconciler.clone(),
        authentik,
        stalwart,
        members.clone(),
        settings,
    )
}

fn sign_in_of(config: &Config, settings: sign_in::Settings, db: &Db, clock: &Clock) -> SignIn {
    let subscribers = vec![members::subscriber(clock.clone())];
    SignIn::new(db.clone(), clock.clone(), config.keys.clone(), subscribers, settings)
}

#[cfg(test)]
mod tests;
