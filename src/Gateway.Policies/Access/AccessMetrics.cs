using System.Diagnostics.Metrics;

namespace Gateway.Policies.Access;

/// <summary>Counts requests of clients that a deny list names.</summary>
public sealed class AccessMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Gateway.Access";

    private readonly Counter<long> _denied;

    public AccessMetrics(IMeterFactory meters) =>
        _denied = meters.Create(MeterName).CreateCounter<long>("gateway.access.denied", "{request}", "Requests answered 403 since a deny list names their client.");

    internal void Denied(KeyValuePair<string, object?> route) => _denied.Add(1, route);
}
