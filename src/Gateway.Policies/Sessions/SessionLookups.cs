using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions.Memory;

namespace Gateway.Policies.Sessions;

/// <summary>
/// The look-ups in use. Routes with equal policies share one, also across a reload, so that what is remembered stays; one that no
/// route uses any longer goes.
/// </summary>
internal sealed class SessionLookups(ISessionStore store, PartitionSecret secret, SessionMetrics metrics, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, WeakReference<SessionLookup>> _byPolicy = new();
    private readonly Lock _adding = new();

    /// <summary>A record was revoked or changed, and nobody remembers it any longer.</summary>
    public event Action<string>? Forgotten;

    public SessionTrust Trust { get; } = new();

    public SessionLookup Of(SessionPolicy policy)
    {
        string fingerprint = Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(policy)));
        lock (_adding)
        {
            if (_byPolicy.TryGetValue(fingerprint, out WeakReference<SessionLookup>? known) && known.TryGetTarget(out SessionLookup? lookup))
            {
                return lookup;
            }

            foreach (KeyValuePair<string, WeakReference<SessionLookup>> unused in _byPolicy.Where(entry => !entry.Value.TryGetTarget(out _)))
            {
                _byPolicy.TryRemove(unused);
            }

            lookup = new SessionLookup(policy, store, Trust, secret, metrics, time);
            _byPolicy[fingerprint] = new WeakReference<SessionLookup>(lookup);
            return lookup;
        }
    }

    /// <summary>A record was revoked or changed: what any policy remembers of it is forgotten.</summary>
    public void Forget(string key)
    {
        foreach ((_, WeakReference<SessionLookup> weak) in _byPolicy)
        {
            if (weak.TryGetTarget(out SessionLookup? lookup))
            {
                lookup.Forget(key);
            }
        }

        Forgotten?.Invoke(key);
    }
}
