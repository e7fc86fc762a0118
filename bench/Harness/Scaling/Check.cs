using Harness.Measuring;
using Harness.Servers;

namespace Harness.Scaling;

/// <summary>A load that is run and that the model is asked about.</summary>
/// <param name="Name">As the table calls it.</param>
/// <param name="Gateways">How many.</param>
/// <param name="Routes">What they are configured with.</param>
/// <param name="Load">What comes to them.</param>
/// <param name="Deployment">What the model is told; the rate is the measured one.</param>
/// <param name="Seconds">How long, at least.</param>
internal sealed record Check(string Name, int Gateways, Func<Site, string> Routes, Load Load, Deployment Deployment, double Seconds = 0);
