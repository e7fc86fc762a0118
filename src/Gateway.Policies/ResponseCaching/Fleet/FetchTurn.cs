using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.Fleet;

/// <summary>A fetch's turn among all gateways: alone, as the one the others wait for, or not needed since another gateway brought the entry.</summary>
internal sealed class FetchTurn
{
    /// <summary>Longer than a hiccup of the gateway, shorter than anyone's patience: after it the others go on without a gateway that died.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private readonly IFetchLeases? _leases;
    private readonly string _key = "";
    private readonly string _owner = "";
    private readonly ITimer? _renewal;
    private int _ended;

    private FetchTurn(CacheEntry? entry, bool nobodyWaits) => (Entry, NobodyWaits) = (entry, nobodyWaits);

    private FetchTurn(IFetchLeases leases, string key, string owner, TimeProvider time)
    {
        (_leases, _key, _owner) = (leases, key, owner);
        _renewal = time.CreateTimer(static state => ((FetchTurn)state!).Renew(), this, Lease / 4, Lease / 4);
    }

    /// <summary>Fetches without anyone at other gateways knowing.</summary>
    public static FetchTurn Alone { get; } = new(entry: null, nobodyWaits: false);

    /// <summary>Fetches, and so does everybody else: the response is known not to be shareable.</summary>
    public static FetchTurn Uncacheable { get; } = new(entry: null, nobodyWaits: true);

    /// <summary>What another gateway brought. Null: this gateway fetches.</summary>
    public CacheEntry? Entry { get; }

    /// <summary>True: requests at this gateway are not to wait for this fetch either.</summary>
    public bool NobodyWaits { get; }

    /// <summary>True: other gateways wait for this one.</summary>
    public bool IsLeading => _leases is not null;

    public static FetchTurn Of(CacheEntry entry) => new(entry, nobodyWaits: false);

    public static FetchTurn Leading(IFetchLeases leases, string key, string owner, TimeProvider time) => new(leases, key, owner, time);

    /// <summary>Tells the other gateways how the fetch ended. Only the first call counts; nothing to do without a lease. Never throws.</summary>
    public async ValueTask EndAsync(LeaseState end)
    {
        if (_leases is null || Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        await _renewal!.DisposeAsync();
        await _leases.EndAsync(_key, _owner, end);
    }

    /// <summary>Tells the other gateways that the entry can be found, though its body still grows. Never throws.</summary>
    public ValueTask TellItStreamsAsync() => _leases is null ? default : _leases.TellItStreamsAsync(_key);

    private void Renew()
    {
        if (Volatile.Read(ref _ended) == 0)
        {
            _ = _leases!.ExtendAsync(_key, _owner).AsTask();
        }
    }
}
