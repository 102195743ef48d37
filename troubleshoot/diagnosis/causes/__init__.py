"""The shelf: one cause a file, in folders by where a deployment stops."""
