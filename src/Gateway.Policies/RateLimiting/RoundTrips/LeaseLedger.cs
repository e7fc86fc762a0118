namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// How many permits of each limit this gateway holds, all leases together: a limit that many requests share in many combinations
/// (one for all, beside one per client) is not held more than once over. Limits whose hashes meet in a cell count as one, which only
/// makes leases smaller.
/// </summary>
internal sealed class LeaseLedger
{
    private const int Cells = 4096;
    private readonly Cell[] _cells = new Cell[Cells];
    private readonly Lock _gate = new();

    public long Held(in PermitRequest request, long now)
    {
        lock (_gate)
        {
            ref Cell cell = ref CellOf(request);
            return now < cell.Until ? cell.Permits : 0;
        }
    }

    /// <summary>Notes a lease of so many requests that ends by itself at <paramref name="until"/>.</summary>
    public void Add(ReadOnlySpan<PermitRequest> requests, int copies, long until, long now)
    {
        lock (_gate)
        {
            foreach (ref readonly PermitRequest request in requests)
            {
                ref Cell cell = ref CellOf(request);
                cell.Permits = (now < cell.Until ? cell.Permits : 0) + (copies * (long)request.Cost);
                cell.Until = Math.Max(cell.Until, until);
            }
        }
    }

    /// <summary>A lease noted by <see cref="Add"/> is used up.</summary>
    public void Remove(ReadOnlySpan<PermitRequest> requests, int copies)
    {
        lock (_gate)
        {
            foreach (ref readonly PermitRequest request in requests)
            {
                ref Cell cell = ref CellOf(request);
                cell.Permits = Math.Max(0, cell.Permits - (copies * (long)request.Cost));
            }
        }
    }

    private ref Cell CellOf(in PermitRequest request) => ref _cells[(int)(ulong)request.Partition & (Cells - 1)];

    private struct Cell
    {
        public long Permits;
        public long Until;
    }
}
