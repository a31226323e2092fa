//! The server at which a zone is changed: the one that its SOA names, or the one that somebody gives.

use std::net::{IpAddr, SocketAddr};

use kernel::Coded;
use kernel::dns::{Answer, Data, Failure, Name, Question, RecordType};

use crate::authority::{Authorities, Said};
use crate::reach;

/// A zone and where it is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Primary {
    /// The zone that a name is in.
    pub zone: Name,
    /// The server, by the name or the address by which it is known.
    pub server: String,
    pub(crate) at: Vec<SocketAddr>,
}

/// There is no server at which a zone could be changed.
#[derive(Debug, Clone, PartialEq, Eq, Coded)]
pub enum NoPrimary {
    /// Nobody says which zone the name is in.
    #[coded(Unavailable, "no-primary-server", text = "zone-unknown", values(name = _0.as_str(), failure = _1.code()))]
    NoZone(Name, Failure),
    /// What was given is no server.
    #[coded(Invalid, "no-primary-server", text = "no-server", field = "server", field_code = "no_server", values(server = _0))]
    NoServer(String),
    /// The server has no address that may be asked.
    #[coded(Invalid, "no-primary-server", text = "no-server-address", field = "server", field_code = "no_server", values(server = _0))]
    NoAddress(String),
}

impl Authorities {
    /// Where the zone of a name is changed; at `server` when one is given.
    pub(crate) async fn primary(&self, name: &Name, server: Option<&str>) -> Result<Primary, NoPrimary> {
        let (zone, first) = self.zone_and_first(name).await?;
        let server = server.map_or_else(|| first.to_string(), |server| server.trim().to_owned());
        let at: Vec<SocketAddr> = if let Ok(address) = server.parse::<IpAddr>() {
            reach::of(address, self.reach()).into_iter().collect()
        } else {
            let host = server.parse::<Name>().map_err(|_| NoPrimary::NoServer(server.clone()))?;
            self.addresses(&host, true).await
        };
        if at.is_empty() { Err(NoPrimary::NoAddress(server)) } else { Ok(Primary { zone, server, at }) }
    }

    /// The zone of a name and the server that its SOA names. A zone of one label is a registry's, not a customer's.
    async fn zone_and_first(&self, name: &Name) -> Result<(Name, Name), NoPrimary> {
        let mut failed = Failure::Lame;
        let above = std::iter::successors(Some(name.clone()), Name::parent);
        for zone in above.take_while(|zone| zone.labels().count() > 1) {
            let question = Question { name: zone, kind: RecordType::Soa };
            match self.first_said(&question, true).await {
                Said::Answer(Answer::Records { aliases, records }) if aliases.is_empty() => {
                    let first = records.into_iter().find_map(|record| match record.data {
                        Data::Soa { primary, .. } => Some(primary),
                        _ => None,
                    });
                    if let Some(first) = first {
                        return Ok((question.name, first));
                    }
                }
                Said::Answer(Answer::Failed(failure)) => failed = failure,
                _ => {}
            }
        }
        Err(NoPrimary::NoZone(name.clone(), failed))
    }

    /// What that server has.
    pub(crate) async fn ask_at(&self, primary: &Primary, question: &Question) -> Answer {
        match self.said_at(&primary.at, &primary.zone, question).await {
            Said::Answer(answer) => answer,
            Said::Elsewhere(aliases, _) => Answer::NoData { aliases },
            Said::Delegated(_) => Answer::Failed(Failure::Lame),
        }
    }
}
