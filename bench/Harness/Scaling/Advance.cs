namespace Harness.Scaling;

/// <summary>Permits that a gateway takes with each question for a partition, beside the one it asks for.</summary>
/// <param name="Taken">How many.</param>
/// <param name="Used">How many of them are used before they are handed back, where requests come evenly.</param>
internal readonly record struct Advance(int Taken, double Used);
