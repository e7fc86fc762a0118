using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Fleet;

/// <summary>
/// Who fetches what, among all gateways. A lease saves work done twice and nothing else: it may be lost or held twice, and nothing is
/// wrong then. It ends by itself when its gateway dies. Never throws.
/// </summary>
internal interface IFetchLeases
{
    /// <summary>Takes the lease when it is free.</summary>
    /// <param name="key">The fetch.</param>
    /// <param name="owner">Names this fetch; unguessable.</param>
    /// <param name="seen"><see cref="LeaseState.Done"/>: what the last owner left was of no use, so the lease counts as free.</param>
    /// <param name="wait">How long the store may be waited for.</param>
    ValueTask<LeaseState> TakeAsync(string key, string owner, LeaseState seen, WaitBudget wait);

    /// <summary>Makes the lease last its whole time again, if it is still this owner's.</summary>
    ValueTask ExtendAsync(string key, string owner);

    /// <summary>Gives the lease back and wakes who waits, with how the fetch ended: done, uncacheable or failed.</summary>
    ValueTask EndAsync(string key, string owner, LeaseState end);

    /// <summary>Wakes who waits: the entry can be found, though its body still grows.</summary>
    ValueTask TellItStreamsAsync(string key);

    /// <summary>Waits for the end of another gateway's fetch; <see cref="LeaseState.Held"/> when nothing was heard in time.</summary>
    Task<LeaseState> WaitAsync(string key, TimeSpan time);

    /// <summary>The key's responses can be shared again: nobody needs to know any more that they could not.</summary>
    ValueTask ForgetAsync(string key);
}
