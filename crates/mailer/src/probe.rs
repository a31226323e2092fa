//! Whether mails could be sent: connects, encrypts and signs in as for a mail, and sends none.

use std::fmt;
use std::time::Duration;

use tokio::time::timeout;

use crate::mailer::Settings;
use crate::transport::Stage;

/// Why no mail could be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    stage: Stage,
    what: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Trouble {
    /// What mends it.
    pub fn advice(&self) -> &'static str {
        match self.stage {
            Stage::Connect => {
                "Check the host and port in MAIL_URL, that the server is running, and that this machine may connect to it."
            }
            Stage::Silence => {
                "Check the port in MAIL_URL: smtps:// uses 465, smtp:// uses 587. A firewall may block it too."
            }
            Stage::StartTls => {
                "The server offers no STARTTLS. If it uses TLS from the start, put smtps:// in MAIL_URL."
            }
            Stage::Certificate => {
                "In MAIL_URL, name the host as its certificate does. To trust your own issuer, set EXTRA_CA_CERTS."
            }
            Stage::SignIn => {
                "Check the user and password in MAIL_URL. Percent-encode special characters, such as %40 for @."
            }
        }
    }
}

impl Settings {
    /// Asks the mail server to greet us, to encrypt and to let us in, as `MAIL_URL` says.
    pub async fn probe(&self, patience: Duration) -> Result<(), Trouble> {
        let reached = self.transport.reach(self.from.address.domain(), patience).await;
        let at = format!("{:?}", self.transport);
        let mut connection = reached.map_err(|refusal| {
            let what = match refusal.stage {
                Stage::Connect => "can't be reached",
                Stage::Silence => "isn't answering",
                Stage::StartTls => "doesn't encrypt",
                Stage::Certificate => "has an untrusted certificate",
                Stage::SignIn => "doesn't accept our sign-in",
            };
            Trouble { stage: refusal.stage, what: format!("{at} {what}: {}", refusal.why) }
        })?;
        // A friendly end, on which nothing depends.
        let _ = timeout(Duration::from_secs(1), connection.quit()).await;
        Ok(())
    }
}
