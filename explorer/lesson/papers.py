"""The papers that the lessons rest on, each written down once."""

from explorer.lesson.pattern import Paper

VAE = Paper("Kingma, Welling", 2014, "Auto-Encoding Variational Bayes", "ICLR", "https://arxiv.org/abs/1312.6114")
DENOISING = Paper(
    "Vincent, Larochelle, Bengio, Manzagol",
    2008,
    "Extracting and Composing Robust Features with Denoising Autoencoders",
    "ICML",
    "https://doi.org/10.1145/1390156.1390294",
)
STACKED_DENOISING = Paper(
    "Vincent, Larochelle, Lajoie, Bengio, Manzagol",
    2010,
    "Stacked Denoising Autoencoders: Learning Useful Representations in a Deep Network with a Local Denoising Criterion",
    "Journal of Machine Learning Research 11",
    "https://jmlr.org/papers/v11/vincent10a.html",
)
DENOISING_VAE = Paper(
    "Im, Ahn, Memisevic, Bengio",
    2017,
    "Denoising Criterion for Variational Auto-Encoding Framework",
    "AAAI",
    "https://arxiv.org/abs/1511.06406",
)
DENOISER_IS_SCORE = Paper(
    "Alain, Bengio",
    2014,
    "What Regularized Auto-Encoders Learn from the Data-Generating Distribution",
    "Journal of Machine Learning Research 15(110)",
    "https://jmlr.org/papers/v15/alain14a.html",
)
SSIM = Paper(
    "Wang, Bovik, Sheikh, Simoncelli",
    2004,
    "Image Quality Assessment: From Error Visibility to Structural Similarity",
    "IEEE Transactions on Image Processing 13(4)",
    "https://doi.org/10.1109/TIP.2003.819861",
)
LIKELIHOOD_FAILS = Paper(
    "Nalisnick, Matsukawa, Teh, Gorur, Lakshminarayanan",
    2019,
    "Do Deep Generative Models Know What They Don't Know?",
    "ICLR",
    "https://arxiv.org/abs/1810.09136",
)
INPUT_COMPLEXITY = Paper(
    "Serr\u00e0 et al.",
    2020,
    "Input Complexity and Out-of-distribution Detection with Likelihood-based Generative Models",
    "ICLR",
    "https://arxiv.org/abs/1909.11480",
)
TYPICALITY = Paper(
    "Nalisnick, Matsukawa, Teh, Lakshminarayanan",
    2019,
    "Detecting Out-of-Distribution Inputs to Deep Generative Models Using Typicality",
    "arXiv",
    "https://arxiv.org/abs/1906.02994",
)
RECONSTRUCTION_PROBABILITY = Paper(
    "An, Cho",
    2015,
    "Variational Autoencoder based Anomaly Detection using Reconstruction Probability",
    "Special Lecture on IE 2(1), Seoul National University",
    "http://dm.snu.ac.kr/static/docs/TR/SNUDM-TR-2015-03.pdf",
)
STOCHASTIC_BACKPROPAGATION = Paper(
    "Rezende, Mohamed, Wierstra",
    2014,
    "Stochastic Backpropagation and Approximate Inference in Deep Generative Models",
    "ICML",
    "https://arxiv.org/abs/1401.4082",
)
DOCUMENT_RECOGNITION = Paper(
    "LeCun, Bottou, Bengio, Haffner",
    1998,
    "Gradient-Based Learning Applied to Document Recognition",
    "Proceedings of the IEEE 86(11)",
    "https://doi.org/10.1109/5.726791",
)
MEMORISATION = Paper(
    "van den Burg, Williams",
    2021,
    "On Memorization in Probabilistic Deep Generative Models",
    "NeurIPS",
    "https://arxiv.org/abs/2106.03216",
)
AMORTISED_REGULARISATION = Paper(
    "Shu, Bui, Zhao, Kochenderfer, Ermon",
    2018,
    "Amortized Inference Regularization",
    "NeurIPS",
    "https://arxiv.org/abs/1805.08913",
)
BETA_VAE = Paper(
    "Higgins et al.",
    2017,
    "beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework",
    "ICLR",
    "https://openreview.net/forum?id=Sy2fzU9gl",
)
CALIBRATED = Paper(
    "Rybkin, Daniilidis, Levine",
    2021,
    "Simple and Effective VAE Training with Calibrated Decoders",
    "ICML",
    "https://arxiv.org/abs/2006.13202",
)
MONTE_CARLO_GRADIENTS = Paper(
    "Mohamed, Rosca, Figurnov, Mnih",
    2020,
    "Monte Carlo Gradient Estimation in Machine Learning",
    "Journal of Machine Learning Research 21(132)",
    "https://arxiv.org/abs/1906.10652",
)
REINFORCE = Paper(
    "Williams",
    1992,
    "Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning",
    "Machine Learning 8",
    "https://doi.org/10.1007/BF00992696",
)
DONT_BLAME = Paper(
    "Lucas, Tucker, Grosse, Norouzi",
    2019,
    "Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse",
    "NeurIPS",
    "https://arxiv.org/abs/1911.02469",
)
SENTENCES = Paper(
    "Bowman, Vilnis, Vinyals, Dai, Jozefowicz, Bengio",
    2016,
    "Generating Sentences from a Continuous Space",
    "CoNLL",
    "https://arxiv.org/abs/1511.06349",
)
FIXING_ELBO = Paper(
    "Alemi, Poole, Fischer, Dillon, Saurous, Murphy", 2018, "Fixing a Broken ELBO", "ICML", "https://arxiv.org/abs/1711.00464"
)
ASSOCIATIVE_MEMORY = Paper(
    "Radhakrishnan, Belkin, Uhler",
    2020,
    "Overparameterized Neural Networks Implement Associative Memory",
    "Proceedings of the National Academy of Sciences 117(44)",
    "https://doi.org/10.1073/pnas.2005013117",
)
ELBO_SURGERY = Paper(
    "Hoffman, Johnson",
    2016,
    "ELBO Surgery: Yet Another Way to Carve up the Variational Evidence Lower Bound",
    "NIPS Workshop on Advances in Approximate Bayesian Inference",
    "http://approximateinference.org/accepted/HoffmanJohnson2016.pdf",
)
PROBABILISTIC_PCA = Paper(
    "Tipping, Bishop",
    1999,
    "Probabilistic Principal Component Analysis",
    "Journal of the Royal Statistical Society B 61(3)",
    "https://doi.org/10.1111/1467-9868.00196",
)
IWAE = Paper(
    "Burda, Grosse, Salakhutdinov", 2016, "Importance Weighted Autoencoders", "ICLR", "https://arxiv.org/abs/1509.00519"
)
INFERENCE_SUBOPTIMALITY = Paper(
    "Cremer, Li, Duvenaud",
    2018,
    "Inference Suboptimality in Variational Autoencoders",
    "ICML",
    "https://arxiv.org/abs/1801.03558",
)
SAMPLING_NETWORKS = Paper("White", 2016, "Sampling Generative Networks", "arXiv", "https://arxiv.org/abs/1609.04468")
SPHERE_PACKING = Paper(
    "Viazovska",
    2017,
    "The Sphere Packing Problem in Dimension 8",
    "Annals of Mathematics 185(3)",
    "https://arxiv.org/abs/1603.04246",
)
RECEPTIVE_FIELDS = Paper(
    "Araujo, Norris, Sim",
    2019,
    "Computing Receptive Fields of Convolutional Neural Networks",
    "Distill",
    "https://distill.pub/2019/computing-receptive-fields/",
)
VISUALIZING = Paper(
    "Zeiler, Fergus", 2014, "Visualizing and Understanding Convolutional Networks", "ECCV", "https://arxiv.org/abs/1311.2901"
)
BACKPROPAGATION_DIGITS = Paper(
    "LeCun et al.",
    1989,
    "Backpropagation Applied to Handwritten Zip Code Recognition",
    "Neural Computation 1(4)",
    "https://doi.org/10.1162/neco.1989.1.4.541",
)
FIXING_A_BROKEN_ELBO = Paper(
    "Alemi, Poole, Fischer, Dillon, Saurous, Murphy", 2018, "Fixing a Broken ELBO", "ICML", "https://arxiv.org/abs/1711.00464"
)
ANS = Paper("Duda", 2009, "Asymmetric Numeral Systems", "arXiv", "https://arxiv.org/abs/0902.0271")
LEARNED_COMPRESSION = Paper(
    "Ball\u00e9, Laparra, Simoncelli",
    2017,
    "End-to-end Optimized Image Compression",
    "ICLR",
    "https://arxiv.org/abs/1611.01704",
)
PRINCIPAL_COMPONENTS = Paper(
    "Eckart, Young",
    1936,
    "The Approximation of One Matrix by Another of Lower Rank",
    "Psychometrika 1",
    "https://doi.org/10.1007/BF02288367",
)
BITS_BACK = Paper(
    "Townsend, Bird, Barber",
    2019,
    "Practical Lossless Compression with Latent Variables using Bits Back Coding",
    "ICLR",
    "https://arxiv.org/abs/1901.04866",
)
TSNE = Paper(
    "van der Maaten, Hinton",
    2008,
    "Visualizing Data using t-SNE",
    "Journal of Machine Learning Research 9",
    "https://www.jmlr.org/papers/v9/vandermaaten08a.html",
)
HOW_TO_USE_TSNE = Paper(
    "Wattenberg, Vi\u00e9gas, Johnson",
    2016,
    "How to Use t-SNE Effectively",
    "Distill",
    "https://doi.org/10.23915/distill.00002",
)
TRUSTWORTHINESS = Paper(
    "Venna, Kaski",
    2001,
    "Neighborhood Preservation in Nonlinear Projection Methods: An Experimental Study",
    "ICANN",
    "https://doi.org/10.1007/3-540-44668-0_68",
)
LINEAR_PROBES = Paper(
    "Alain, Bengio",
    2017,
    "Understanding Intermediate Layers Using Linear Classifier Probes",
    "ICLR Workshop",
    "https://arxiv.org/abs/1610.01644",
)
VECTOR_ARITHMETIC = Paper(
    "Radford, Metz, Chintala",
    2016,
    "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks",
    "ICLR",
    "https://arxiv.org/abs/1511.06434",
)
MORPHO_MNIST = Paper(
    "Castro, Tan, Kainz, Konukoglu, Glocker",
    2019,
    "Morpho-MNIST: Quantitative Assessment and Diagnostics for Representation Learning",
    "Journal of Machine Learning Research 20(178)",
    "https://arxiv.org/abs/1809.10780",
)
BOOTSTRAP = Paper(
    "Efron",
    1979,
    "Bootstrap Methods: Another Look at the Jackknife",
    "The Annals of Statistics 7(1)",
    "https://doi.org/10.1214/aos/1176344552",
)
EM = Paper(
    "Dempster, Laird, Rubin",
    1977,
    "Maximum Likelihood from Incomplete Data via the EM Algorithm",
    "Journal of the Royal Statistical Society B 39(1)",
    "https://doi.org/10.1111/j.2517-6161.1977.tb01600.x",
)
MONTE_CARLO_EM = Paper(
    "Wei, Tanner",
    1990,
    "A Monte Carlo Implementation of the EM Algorithm and the Poor Man's Data Augmentation Algorithms",
    "Journal of the American Statistical Association 85(411)",
    "https://doi.org/10.1080/01621459.1990.10474930",
)
VARIATIONAL_METHODS = Paper(
    "Jordan, Ghahramani, Jaakkola, Saul",
    1999,
    "An Introduction to Variational Methods for Graphical Models",
    "Machine Learning 37",
    "https://doi.org/10.1023/A:1007665907178",
)
VIEW_OF_EM = Paper(
    "Neal, Hinton",
    1998,
    "A View of the EM Algorithm that Justifies Incremental, Sparse, and Other Variants",
    "Learning in Graphical Models",
    "https://doi.org/10.1007/978-94-011-5014-9_12",
)
AUTOENCODING_BEYOND_PIXELS = Paper(
    "Larsen, S\u00f8nderby, Larochelle, Winther",
    2016,
    "Autoencoding beyond Pixels Using a Learned Similarity Metric",
    "ICML",
    "https://arxiv.org/abs/1512.09300",
)
GAN = Paper("Goodfellow et al.", 2014, "Generative Adversarial Nets", "NIPS", "https://arxiv.org/abs/1406.2661")
PRINCIPLED_GAN = Paper(
    "Arjovsky, Bottou",
    2017,
    "Towards Principled Methods for Training Generative Adversarial Networks",
    "ICLR",
    "https://arxiv.org/abs/1701.04862",
)
GAN_CONVERGENCE = Paper(
    "Mescheder, Geiger, Nowozin",
    2018,
    "Which Training Methods for GANs do actually Converge?",
    "ICML",
    "https://arxiv.org/abs/1801.04406",
)
TWO_TIME_SCALES = Paper(
    "Heusel, Ramsauer, Unterthiner, Nessler, Hochreiter",
    2017,
    "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium",
    "NIPS",
    "https://arxiv.org/abs/1706.08500",
)
EXTRAGRADIENT = Paper(
    "Korpelevich",
    1976,
    "The Extragradient Method for Finding Saddle Points and Other Problems",
    "Ekonomika i Matematicheskie Metody 12",
    "https://zbmath.org/0342.90044",
)
NEGATIVE_MOMENTUM = Paper(
    "Gidel et al.",
    2019,
    "Negative Momentum for Improved Game Dynamics",
    "AISTATS",
    "https://arxiv.org/abs/1807.04740",
)
MUTUAL_INFORMATION_GAP = Paper(
    "Chen, Li, Grosse, Duvenaud",
    2018,
    "Isolating Sources of Disentanglement in Variational Autoencoders",
    "NeurIPS",
    "https://arxiv.org/abs/1802.04942",
)
CHALLENGING_DISENTANGLEMENT = Paper(
    "Locatello et al.",
    2019,
    "Challenging Common Assumptions in the Unsupervised Learning of Disentangled Representations",
    "ICML",
    "https://arxiv.org/abs/1811.12359",
)
PCA_DIRECTIONS = Paper(
    "Rol\u00ednek, Zietlow, Martius",
    2019,
    "Variational Autoencoders Pursue PCA Directions (by Accident)",
    "CVPR",
    "https://arxiv.org/abs/1812.06775",
)
SEMI_SUPERVISED = Paper(
    "Kingma, Mohamed, Rezende, Welling",
    2014,
    "Semi-Supervised Learning with Deep Generative Models",
    "NeurIPS",
    "https://arxiv.org/abs/1406.5298",
)
CVAE = Paper(
    "Sohn, Lee, Yan",
    2015,
    "Learning Structured Output Representation using Deep Conditional Generative Models",
    "NeurIPS",
    "https://papers.nips.cc/paper/5775-learning-structured-output-representation-using-deep-conditional-generative-models",
)
VAMP = Paper("Tomczak, Welling", 2018, "VAE with a VampPrior", "AISTATS", "https://arxiv.org/abs/1705.07120")
VQ_VAE = Paper(
    "van den Oord, Vinyals, Kavukcuoglu",
    2017,
    "Neural Discrete Representation Learning",
    "NeurIPS",
    "https://arxiv.org/abs/1711.00937",
)
