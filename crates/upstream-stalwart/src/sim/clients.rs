//! The documents by which mail programs set themselves up, and the MTA-STS policy (section 1): the same for all
//! domains, whatever host is asked. No transcript has them; they follow the formats as the server is known to write
//! them, with the ports of its zone texts. `clientHosts` of `/_sim` makes them name another host.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use simulator::Store;

use super::http::about;
use super::world::World;

/// Name, port and element of each mail service.
const SERVICES: [(&str, u16, &str); 3] =
    [("imap", 993, "incomingServer"), ("pop3", 995, "incomingServer"), ("smtp", 465, "outgoingServer")];

pub fn routes() -> Router<Store<World>> {
    Router::new()
        .route("/mail/config-v1.1.xml", get(autoconfig))
        .route("/.well-known/autoconfig/mail/config-v1.1.xml", get(autoconfig))
        .route("/autodiscover/autodiscover.xml", post(autodiscover))
        .route("/.well-known/mta-sts.txt", get(mta_sts))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    emailaddress: String,
}

fn xml(body: String) -> Response {
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], body).into_response()
}

fn refused(why: &str) -> Response {
    about(StatusCode::BAD_REQUEST, "Invalid parameters", why)
}

async fn autoconfig(State(store): State<Store<World>>, Query(asked): Query<Asked>) -> Response {
    let address = asked.emailaddress.to_lowercase();
    let Some((_, domain)) = address.rsplit_once('@').filter(|_| is_plain(&address)) else {
        return refused("Missing domain in email address");
    };
    let host = store.read(World::client_host);
    let server = |(kind, port, element): (&str, u16, &str)| {
        format!(
            "\t\t<{element} type=\"{kind}\">\n\t\t\t<hostname>{host}</hostname>\n\t\t\t<port>{port}</port>\n\
             \t\t\t<socketType>SSL</socketType>\n\t\t\t<username>{address}</username>\n\
             \t\t\t<authentication>password-cleartext</authentication>\n\t\t</{element}>\n"
        )
    };
    let servers: String = SERVICES.into_iter().map(server).collect();
    let dav = |(element, kind, path): (&str, &str, &str)| {
        format!(
            "\t<{element} type=\"{kind}\">\n\t\t<username>{address}</username>\n\
             \t\t<authentication>http-basic</authentication>\n\
             \t\t<serverURL>https://{host}/dav/{path}</serverURL>\n\t</{element}>\n"
        )
    };
    let more: String =
        [("addressBook", "carddav", "card"), ("calendar", "caldav", "cal")].into_iter().map(dav).collect();
    xml(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<clientConfig version=\"1.1\">\n\
         \t<emailProvider id=\"{domain}\">\n\t\t<domain>{domain}</domain>\n\
         \t\t<displayName>{address}</displayName>\n\t\t<displayShortName>{domain}</displayShortName>\n\
         {servers}\t</emailProvider>\n{more}\
         \t<clientConfigUpdate url=\"https://autoconfig.{domain}/mail/config-v1.1.xml\"></clientConfigUpdate>\n\
         </clientConfig>\n"
    ))
}

async fn autodiscover(State(store): State<Store<World>>, body: String) -> Response {
    const ELEMENT: &str = "EMailAddress>";
    let address = body.split_once(ELEMENT).and_then(|(_, rest)| rest.split_once("</"));
    let address = address.map(|(address, _)| address.trim().to_lowercase()).unwrap_or_default();
    if !address.contains('@') || !is_plain(&address) {
        return refused("Failed to parse autodiscover request");
    }
    let host = store.read(World::client_host);
    let protocol = |(kind, port, _): (&str, u16, &str)| {
        format!(
            "\t\t\t<Protocol>\n\t\t\t\t<Type>{}</Type>\n\t\t\t\t<Server>{host}</Server>\n\
             \t\t\t\t<Port>{port}</Port>\n\t\t\t\t<LoginName>{address}</LoginName>\n\
             \t\t\t\t<AuthRequired>on</AuthRequired>\n\t\t\t\t<DirectoryPort>0</DirectoryPort>\n\
             \t\t\t\t<ReferralPort>0</ReferralPort>\n\t\t\t\t<SSL>on</SSL>\n\
             \t\t\t\t<Encryption>SSL</Encryption>\n\t\t\t\t<SPA>off</SPA>\n\t\t\t</Protocol>\n",
            kind.to_uppercase()
        )
    };
    let protocols: String = SERVICES.into_iter().map(protocol).collect();
    xml(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">\n\
         \t<Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\">\n\
         \t\t<User>\n\t\t\t<DisplayName>{address}</DisplayName>\n\
         \t\t\t<AutoDiscoverSMTPAddress>{address}</AutoDiscoverSMTPAddress>\n\t\t</User>\n\
         \t\t<Account>\n\t\t\t<AccountType>email</AccountType>\n\t\t\t<Action>settings</Action>\n\
         {protocols}\t\t</Account>\n\t</Response>\n</Autodiscover>\n"
    ))
}

async fn mta_sts(State(store): State<Store<World>>) -> Response {
    let host = store.read(World::client_host);
    let policy = format!("version: STSv1\r\nmode: testing\r\nmx: {host}\r\nmax_age: 604800\r\n");
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], policy).into_response()
}

/// True for an address that may stand in XML as it is.
fn is_plain(address: &str) -> bool {
    !address.contains(['<', '>', '&', '"', '\''])
}
