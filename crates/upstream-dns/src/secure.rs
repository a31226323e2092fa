//! Resolvers over TLS and HTTPS, by hickory: one connection for many queries, made again when it is lost.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_net::NetError;
use hickory_net::h2::HttpsClientStream;
use hickory_net::runtime::TokioRuntimeProvider;
use hickory_net::tls::tls_exchange;
use hickory_net::xfer::{DnsExchange, DnsHandle as _, FirstAnswer as _};
use hickory_proto::op::{DnsRequest, DnsRequestOptions, Message};
use kernel::dns::{Failure, Question};
use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio::sync::Mutex;
use tokio::time::timeout_at;

use crate::network::Slot;
use crate::resolver::Over;
use crate::wire::{self, Unfit};

/// How many queries one connection carries at a time.
const MOST_ON_ONE: usize = 256;

type Exchange = DnsExchange<TokioRuntimeProvider>;

/// A connection to one resolver, made when it is first needed.
pub(crate) struct Secure {
    at: SocketAddr,
    over: Over,
    tls: ClientConfig,
    deadline: Duration,
    open: Mutex<Option<Exchange>>,
    /// Ends the connections it drives when it is dropped.
    runtime: TokioRuntimeProvider,
}

/// Whom TLS trusts: the system's roots and those of `extra` (PEM).
pub(crate) fn trust(extra: Option<&[u8]>) -> Result<ClientConfig, rustls::Error> {
    let provider: Arc<CryptoProvider> = ring::default_provider().into();
    let bad = |error: rustls::pki_types::pem::Error| rustls::Error::General(error.to_string());
    let roots = CertificateDer::pem_slice_iter(extra.unwrap_or_default());
    let roots = roots.collect::<Result<Vec<_>, _>>().map_err(bad)?;
    let verifier = Verifier::new_with_extra_roots(roots, provider.clone())?;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Ok(builder.with_no_client_auth())
}

impl Secure {
    pub(crate) fn new(at: SocketAddr, over: Over, tls: ClientConfig, deadline: Duration) -> Self {
        Self { at, over, tls, deadline, open: Mutex::new(None), runtime: TokioRuntimeProvider::new() }
    }

    /// Asks; a connection that turns out to be lost is made again once.
    pub(crate) async fn ask(&self, question: &Question, slot: Slot<'_>) -> Result<Message, Failure> {
        let message = wire::message(question, true, true).map_err(|Unfit| Failure::Malformed)?;
        let request = DnsRequest::new(message, DnsRequestOptions::default());
        let asked = async {
            let (exchange, is_new) = self.exchange().await?;
            match exchange.send(request.clone()).first_answer().await {
                Err(_) if !is_new => {
                    self.forget().await;
                    self.exchange().await?.0.send(request.clone()).first_answer().await
                }
                answered => answered,
            }
        };
        match timeout_at(slot.until, asked).await {
            Ok(Ok(response)) => checked(response.into_message(), &request),
            Ok(Err(error)) => {
                // The answer can't say that a certificate is wrong, say; the log can.
                tracing::warn!(resolver = %self.at, %error, "a resolver could not be asked");
                self.forget().await;
                Err(cause(&error))
            }
            Err(_) => {
                // A connection that is silent may be dead; the next query finds out with a new one.
                self.forget().await;
                Err(Failure::TimedOut)
            }
        }
    }

    async fn exchange(&self) -> Result<(Exchange, bool), NetError> {
        let mut open = self.open.lock().await;
        if let Some(exchange) = open.as_ref() {
            return Ok((exchange.clone(), false));
        }
        let exchange = self.connect().await?;
        *open = Some(exchange.clone());
        Ok((exchange, true))
    }

    async fn forget(&self) {
        *self.open.lock().await = None;
    }

    async fn connect(&self) -> Result<Exchange, NetError> {
        let runtime = self.runtime.clone();
        match &self.over {
            Over::Https { host, path } => {
                let builder = HttpsClientStream::builder(Arc::new(self.tls.clone()), runtime);
                builder.exchange(self.at, host.as_str().into(), path.as_str().into()).await
            }
            Over::Tls { host } => {
                let host =
                    ServerName::try_from(host.clone()).map_err(|_| NetError::Message("no host name"))?;
                let most = Some(MOST_ON_ONE);
                tls_exchange(self.at, host, self.tls.clone(), self.deadline, most, runtime).await
            }
            Over::Udp | Over::Tcp => Err(NetError::Message("neither TLS nor HTTPS")),
        }
    }
}

/// Ids are up to the connection; the question must be the one that was asked.
fn checked(message: Message, request: &DnsRequest) -> Result<Message, Failure> {
    let asked = &request.queries;
    let same =
        message.queries.len() == asked.len()
            && message.queries.iter().zip(asked).all(|(one, other)| {
                one.query_type == other.query_type && one.name.eq_ignore_root(&other.name)
            });
    if same { Ok(message) } else { Err(Failure::Malformed) }
}

fn cause(error: &NetError) -> Failure {
    match error {
        NetError::Timeout => Failure::TimedOut,
        NetError::Proto(_) => Failure::Malformed,
        _ => Failure::Unreachable,
    }
}
