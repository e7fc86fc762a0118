using Harness.Servers;

namespace Harness.Growth;

/// <summary>How something grows.</summary>
/// <param name="Id">For <c>--only</c>.</param>
/// <param name="Title">What is measured, and on what way through the gateway.</param>
/// <param name="Of">What the points count.</param>
/// <param name="Points">From small to large.</param>
/// <param name="Prepare">What Redis must have beforehand.</param>
internal sealed record Curve(string Id, string Title, string Of, IReadOnlyList<Point> Points, Func<Site, Task>? Prepare = null)
{
    /// <summary>The largest in proportion to the smallest.</summary>
    public const double Goal = 0.95;

    /// <summary>Without the points beyond, but for the smallest.</summary>
    public Curve UpTo(int largest) => this with { Points = [.. Points.Where((point, index) => index == 0 || point.Size <= largest)] };
}
