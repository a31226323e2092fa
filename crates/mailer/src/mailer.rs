//! Sends what is due in the outbox. Several instances share one outbox.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use db::{Db, Error};
use jobs::{Run, Schedule};
use kernel::Clock;
use kernel::retry::Backoff;
use telemetry::{MailResult, Mails, Waiting};

use crate::tables::Model;
use crate::transport::{Connection, Failure, Meaning};
use crate::{Sender, Transport, message, store};

/// How mails are sent.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The mail server.
    pub transport: Transport,
    /// Whom mails are from.
    pub from: Sender,
    /// How long one mail may take.
    pub deadline: Duration,
}

impl Settings {
    /// These, with 30 seconds for each mail.
    pub fn new(transport: Transport, from: Sender) -> Self {
        Self { transport, from, deadline: Duration::from_secs(30) }
    }
}

/// Waits between attempts.
const BACKOFF: Backoff = Backoff { first: Duration::from_secs(30), most: Duration::from_hours(4) };
/// How old a mail may be when it is tried again.
const PATIENCE: Duration = Duration::from_hours(48);
/// The same for a mail that was refused for good: long enough to mend a setting.
const PATIENCE_WHEN_REFUSED: Duration = Duration::from_hours(1);
/// A claim lasts so many deadlines, for the database takes its time as well.
const LEASE: u32 = 4;
/// The most mails of one run, so that a stop need not wait for long.
const MOST_OF_A_RUN: usize = 100;
/// How long mails are kept that were sent or given up.
const KEPT: Duration = Duration::from_hours(30 * 24);
/// How often old mails are forgotten.
const FORGET_EVERY: Duration = Duration::from_hours(1);

/// Sends mails. Clones do the same.
#[derive(Debug, Clone)]
pub struct Mailer {
    db: Db,
    clock: Clock,
    settings: Option<Settings>,
    mails: Mails,
}

impl Mailer {
    /// Sends what is in the outbox of `db`. Without settings nothing is sent, and mails are given up when they are old.
    pub fn new(db: Db, clock: Clock, settings: Option<Settings>) -> Self {
        Self { db, clock, settings, mails: Mails::default() }
    }

    /// The same, whose mails are counted.
    pub fn counted(self, mails: &Mails) -> Self {
        Self { mails: mails.clone(), ..self }
    }

    /// The schedules that send what is due and forget what is old.
    pub fn schedules(&self, every: Duration) -> Vec<Schedule> {
        let (send, forget) = (Arc::new(Send(self.clone())), Arc::new(Forget(self.clone())));
        vec![
            Schedule { name: "mails.send", every, work: send },
            Schedule { name: "mails.purge", every: FORGET_EVERY, work: forget },
        ]
    }

    /// Sends what is due. A mail that fails holds up no other.
    pub async fn send_due(&self) -> Result<(), Error> {
        let Some(settings) = &self.settings else {
            let now = self.clock.now();
            let why = "No mail server is configured (MAIL_URL).";
            let given_up = store::give_up(&self.db, now, now.before(PATIENCE), why).await?;
            self.mails.ended(MailResult::GivenUp, given_up);
            return Ok(());
        };
        let mut open = None;
        for _ in 0..MOST_OF_A_RUN {
            let now = self.clock.now();
            let until = now.after(settings.deadline * LEASE);
            let domain = settings.from.address.domain();
            let Some(mail) = store::claim(&self.db, now, until, domain).await? else { break };
            let done = match store::opened(&self.db, &mail) {
                Ok(opened) => attempt(settings, &opened, &mut open).await,
                Err(error) => Err(Failure::unsendable(error.to_string())),
            };
            match done {
                Ok(()) => {
                    self.mails.ended(MailResult::Sent, 1);
                    store::sent(&self.db, self.clock.now(), &mail).await?;
                }
                Err(failure) => {
                    self.fail(&mail, &failure).await?;
                    // The others would only wait for the same server.
                    if failure.meaning == Meaning::NoServer {
                        break;
                    }
                }
            }
        }
        if let Some(connection) = open {
            connection.quit().await;
        }
        Ok(())
    }

    async fn fail(&self, mail: &Model, failure: &Failure) -> Result<(), Error> {
        let attempts = u32::try_from(mail.attempts).unwrap_or(u32::MAX);
        let wait = BACKOFF.wait(attempts, u32::from_ne_bytes(kernel::id::random()));
        let again = self.clock.now().after(wait);
        let patience = if failure.meaning == Meaning::Refused { PATIENCE_WHEN_REFUSED } else { PATIENCE };
        let age = again.since(kernel::Timestamp::from_micros(mail.created_at));
        let again = (age <= patience).then_some(again);
        let result = if again.is_some() { MailResult::Delayed } else { MailResult::GivenUp };
        self.mails.ended(result, 1);
        let (id, why) = (&mail.id, &failure.summary);
        if let Some(again) = again {
            tracing::warn!(mail = id, why, attempts, %again, "a mail was not sent yet");
        } else {
            tracing::error!(mail = id, why, attempts, "a mail was given up");
        }
        store::failed(&self.db, mail, &failure.error, again).await
    }

    /// How many mails are not sent yet, and how old the first of them is.
    pub async fn outbox(&self) -> Result<Waiting, Error> {
        store::unsent(&self.db, self.clock.now()).await
    }

    /// Forgets mails that were sent, or given up, a month ago.
    pub async fn forget_old(&self) -> Result<(), Error> {
        store::forget(&self.db, self.clock.now().before(KEPT)).await
    }
}

/// Tries one mail, over the connection that is open or a new one, which stays open for the next mail.
async fn attempt(settings: &Settings, mail: &Model, open: &mut Option<Connection>) -> Result<(), Failure> {
    let message = message::compose(mail, &settings.from).map_err(Failure::unsendable)?;
    let Settings { transport, from, deadline } = settings;
    let began = tokio::time::Instant::now();
    let mut connection = match open.take() {
        Some(connection) => connection,
        None => transport.connect(from.address.domain(), *deadline).await?,
    };
    connection.send(&message, deadline.saturating_sub(began.elapsed())).await?;
    *open = Some(connection);
    Ok(())
}

struct Send(Mailer);

#[async_trait]
impl Run for Send {
    async fn run(&self) -> Result<(), String> {
        self.0.send_due().await.map_err(|error| error.to_string())
    }
}

struct Forget(Mailer);

#[async_trait]
impl Run for Forget {
    async fn run(&self) -> Result<(), String> {
        self.0.forget_old().await.map_err(|error| error.to_string())
    }
}
