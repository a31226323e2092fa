//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        DomainAdd = "domain.add",
        DomainProve = "domain.prove",
        DomainVouch = "domain.vouch",
        DomainVerified = "domain.verified",
        DomainAttention = "domain.attention",
        DomainPrimary = "domain.primary",
        DomainDmarc = "domain.dmarc",
        DomainKeep = "domain.keep",
        DomainLapse = "domain.lapse",
        DomainRemove = "domain.remove",
    }
}
