//! Page shell, components, forms, problems, OpenAPI, the routes that carry their right
