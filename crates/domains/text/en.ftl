# Domains
