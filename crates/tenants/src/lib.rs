//! Tenants: the customers, from creation to purge
