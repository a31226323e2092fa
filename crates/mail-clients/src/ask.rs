//! Asks a domain's hosts for the documents of mail programs, as such a program does.

use access::{Granted, ManageDomains};
use futures_util::future::join_all;
use kernel::{DomainName, Timestamp};
use outbound::{Call, Method};

use crate::document::{Document, Judgement, Wanted, judge};
use crate::model::{ClientSettings, Reach};
use crate::service::MailClients;

/// What was found out about one document.
#[derive(Debug, Clone)]
pub struct Look {
    /// Which.
    pub document: Document,
    /// Its address.
    pub url: String,
    /// What was found out.
    pub judgement: Judgement,
}

/// What was found out, and when.
#[derive(Debug, Clone)]
pub struct Asked {
    /// When.
    pub at: Timestamp,
    /// Each document.
    pub looks: Vec<Look>,
}

impl MailClients {
    /// Asks the domain's hosts for the documents of mail programs, all at the same time. Nothing of it is kept.
    pub async fn ask_documents(&self, _: &Granted<ManageDomains>, settings: &ClientSettings) -> Asked {
        let at = self.platform.clock.now();
        let looks =
            join_all(settings.documents.iter().map(|document| self.look_at(*document, settings))).await;
        Asked { at, looks }
    }

    async fn look_at(&self, document: Document, settings: &ClientSettings) -> Look {
        let domain = &settings.domain.name;
        let wanted = Wanted { services: &settings.services, exchangers: &settings.exchangers };
        let host = document.host(domain);
        let call = call(document, domain);
        let answer = match &self.reach {
            Reach::At(client) => client.send(call.header("host", host)).await,
            Reach::Public(client) => match client.at_host(&host) {
                Ok(client) => client.send(call).await,
                Err(error) => Err(error),
            },
        };
        let judgement = judge(document, answer.as_ref(), wanted);
        Look { document, url: document.url(domain), judgement }
    }
}

/// The call of a mail program that was given an address of the domain.
fn call(document: Document, domain: &DomainName) -> Call {
    let address = format!("postmaster@{domain}");
    match document {
        Document::Autoconfig => Call::get(document.path()).query("emailaddress", address),
        Document::MtaSts => Call::get(document.path()),
        Document::Autodiscover => {
            let body = format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
                 <Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\">\
                 <Request><EMailAddress>{address}</EMailAddress><AcceptableResponseSchema>\
                 http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\
                 </AcceptableResponseSchema></Request></Autodiscover>"
            );
            Call::new(Method::Post, document.path())
                .raw("text/xml; charset=utf-8", body.into_bytes())
                .only_reads()
        }
    }
}
