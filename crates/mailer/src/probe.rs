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
                "Check the host and the port in MAIL_URL, that the server runs, and that this machine may connect to it."
            }
            Stage::Silence => {
                "Check the port in MAIL_URL: smtps:// is for 465, smtp:// for 587. A firewall may be in between too."
            }
            Stage::StartTls => {
                "The server offers no STARTTLS. Use smtps:// in MAIL_URL if it has TLS from the start."
            }
            Stage::Certificate => {
                "MAIL_URL must name the host as its certificate does. Trust an issuer of your own by EXTRA_CA_CERTS."
            }
            Stage::SignIn => {
                "Check user and password in MAIL_URL; special characters are percent-encoded, as %40 for @."
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
                Stage::Silence => "does not answer",
                Stage::StartTls => "does not encrypt",
                Stage::Certificate => "has a certificate that is not trusted",
                Stage::SignIn => "does not let us in",
            };
            Trouble { stage: refusal.stage, what: format!("{at} {what}: {}", refusal.why) }
        })?;
        // A friendly end, on which nothing depends.
        let _ = timeout(Duration::from_secs(1), connection.quit()).await;
        Ok(())
    }
}
