output "connection" {
  value = {
    instance = google_sql_database_instance.this.name
    host     = google_sql_database_instance.this.private_ip_address
    database = google_sql_database.plinth.name
  }
}

output "server_ca" {
  description = "Authorities of the server's certificate, as PEM: two while it is rotated."
  value       = join("\n", google_sql_database_instance.this.server_ca_cert[*].cert)
}
