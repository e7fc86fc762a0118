using System.Globalization;
using System.Runtime.InteropServices;
using Gateway.Policies.Events;
using Gateway.Policies.Routing;

namespace Gateway.Admin.Requests;

/// <summary>Notes that an operator revoked sessions: whose is told by a keyed hash, the same at every gateway and for every time.</summary>
internal sealed class SessionEvents(IEventLog events, PartitionSecret secret)
{
    /// <param name="scope">Policy and tenant.</param>
    /// <param name="what">What <paramref name="name"/> is: <c>session</c> or <c>user</c>.</param>
    /// <param name="name">A token or a user's id.</param>
    /// <param name="count">How many sessions were revoked.</param>
    public void Revoked(SessionScope scope, string what, string name, int count)
    {
        string identity = $"{scope.Policy.Name}\n{scope.Tenant}\n{what}\n{name}";
        events.Note(
            EventKind.SessionsRevoked,
            ("policy", scope.Policy.Name),
            (what, secret.Hash(MemoryMarshal.AsBytes(identity.AsSpan())).ToString("x32", CultureInfo.InvariantCulture)),
            ("revoked", count.ToString(CultureInfo.InvariantCulture)));
    }
}
