bucket = "plinth-production-terraform"
prefix = "plinth"
