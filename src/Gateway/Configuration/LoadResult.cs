using System.Diagnostics.CodeAnalysis;
using Gateway.Configuration.Mistakes;

namespace Gateway.Configuration;

/// <summary>What came of reading the configuration: a snapshot, or the mistakes that stand in its way.</summary>
/// <param name="Snapshot">Null when there is a mistake that is more than a warning.</param>
/// <param name="Mistakes">Every mistake and warning, in the order of the file.</param>
public sealed record LoadResult(GatewaySnapshot? Snapshot, IReadOnlyList<ConfigMistake> Mistakes)
{
    [MemberNotNullWhen(true, nameof(Snapshot))]
    public bool IsValid => Snapshot is not null;
}
