# An identity for each program. None has a role in the project: it reads its secrets, and reaches
# database and Redis through the network with the passwords in them.

resource "google_service_account" "program" {
  for_each     = toset(["api", "worker", "migrate"])
  account_id   = "${var.name}-${each.key}"
  display_name = "Plinth: ${each.key}"
}
