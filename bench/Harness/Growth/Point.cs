using Harness.Measuring;
using Harness.Servers;

namespace Harness.Growth;

/// <summary>One point of a curve: a gateway with so many of something, and the load that meets them all.</summary>
/// <param name="Size">How many.</param>
/// <param name="Start">Starts the gateway.</param>
/// <param name="Load">What it is asked for.</param>
/// <param name="Fill">What is asked first, one after the other until each was asked for; null: nothing.</param>
internal sealed record Point(int Size, Func<Site, Task<Server>> Start, Load Load, Load? Fill = null);
