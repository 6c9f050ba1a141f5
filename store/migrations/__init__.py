"""How the tables of an older book become those of `store.rows`. `store.upgrading` runs them."""
