//! Message catalogues
