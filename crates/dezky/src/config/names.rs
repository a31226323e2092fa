//! Every name that the configuration knows, with an example. `.env.example` says what they mean.

/// Name and example.
pub const NAMES: &[(&str, &str)] = &[
    ("DEZKY_CONFIG", "/etc/dezky/dezky.env"),
    ("DATABASE_URL", "postgres://dezky:secret@db.example.com/dezky"),
    ("MIGRATE_AT_START", "true"),
    ("PORTAL_URL", "https://portal.example.com"),
    ("OPERATOR_URL", "https://operator.example.com"),
    ("API_URL", "https://api.example.com"),
    ("PORTAL_LISTEN", "127.0.0.1:4400"),
    ("OPERATOR_LISTEN", "127.0.0.1:4401"),
    ("API_LISTEN", "127.0.0.1:4402"),
    ("AUTHENTIK_ISSUER", "https://id.example.com"),
    ("AUTHENTIK_API_URL", "http://authentik:9000"),
    ("AUTHENTIK_API_TOKEN", "the key of an API token"),
    ("AUTHENTIK_AUDIENCE", "dezky-portal,dezky-operator"),
    ("AUTHENTIK_PORTAL_CLIENT_SECRET", "the client secret of dezky-portal"),
    ("AUTHENTIK_OPERATOR_CLIENT_SECRET", "the client secret of dezky-operator"),
    ("AUTHENTIK_ADMIN_GROUP", "dezky-platform-admins"),
    ("AUTHENTIK_PROVISIONING_ENABLED", "true"),
    ("STALWART_API_URL", "https://mail.example.com"),
    ("STALWART_API_KEY", "API_..."),
    ("STALWART_PROVISIONING_ENABLED", "true"),
    ("OCIS_API_URL", "https://files.example.com"),
    ("OCIS_CLIENT_ID", "dezky-files"),
    ("OCIS_SERVICE_USER", "svc-platform-api"),
    ("OCIS_SERVICE_PASSWORD", "the app password of the service account"),
    ("OCIS_PROVISIONING_ENABLED", "true"),
    ("DNS_RESOLVERS", "1.1.1.1,8.8.8.8"),
    ("DNS_REACH", "192.0.2.53=127.0.0.1:5353"),
    ("MAIL_CLIENT_CHECK_URL", "http://127.0.0.1:4404"),
    ("DOMAIN_CHALLENGE_LABEL", "_workspace-challenge"),
    ("DOMAIN_CHALLENGE_PREFIX", "workspace-verification="),
    ("MAIL_URL", "smtps://user:password@smtp.example.com"),
    ("MAIL_FROM", "Dezky <no-reply@example.com>"),
    ("ENCRYPTION_KEYS", "what `openssl rand -base64 32` prints"),
    ("PLATFORM_SLUG", "dezky"),
    ("PLATFORM_NAME", "Dezky"),
    ("TERMINATION_GRACE_DAYS", "30"),
    ("LEASE_SECONDS", "60"),
    ("EXTRA_CA_CERTS", "/etc/dezky/own-ca.pem"),
    ("TRUST_FORWARDED", "false"),
    ("ENVIRONMENT_NAME", "Staging"),
    ("LOG_FORMAT", "json"),
    ("RUST_LOG", "info"),
];

/// The example of a name.
pub fn example(name: &str) -> &'static str {
    NAMES.iter().find(|(known, _)| *known == name).map_or("", |(_, example)| example)
}
