using Harness.Measuring;
using Harness.Servers;

namespace Harness.SideBySide.Rows;

/// <summary>One line of the goals: P1, P2 …</summary>
internal interface IRow
{
    string Id { get; }

    Task<Table> MeasureAsync(Site site, Options options);
}
