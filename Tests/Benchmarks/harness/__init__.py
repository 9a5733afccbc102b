"""What every benchmark needs: figures, the supervisor, the peers, the report."""
