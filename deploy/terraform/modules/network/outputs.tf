output "id" {
  description = "The network, once private services can be made in it."
  value       = google_compute_network.this.id
  depends_on  = [google_service_networking_connection.services]
}

output "subnet_id" {
  value = google_compute_subnetwork.run.id
}
