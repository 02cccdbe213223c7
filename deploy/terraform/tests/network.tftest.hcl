mock_provider "google" {}

run "network" {
  command = plan
  module {
    source = "./modules/network"
  }
  variables {
    name   = "plinth"
    region = "europe-west3"
  }

  assert {
    condition     = google_compute_network.this.auto_create_subnetworks == false
    error_message = "No subnetworks in regions that nothing runs in."
  }

  assert {
    condition     = google_service_networking_connection.services.reserved_peering_ranges == tolist(["plinth-services"])
    error_message = "Cloud SQL and Memorystore have private addresses."
  }
}
