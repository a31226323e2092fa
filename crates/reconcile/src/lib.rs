//! Makes the upstreams what the database says
